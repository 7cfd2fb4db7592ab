/**
 * What the mesh costs, in whole processes: {@link dev.weft.testapps.bench.RunBench} compares a pair
 * of applications under load with and without the agent, {@link dev.weft.testapps.bench.StartBench}
 * their starts. Everything compared is interleaved in one run, in an order that is drawn anew each
 * round, because a machine's speed drifts.
 */
@NullMarked
package dev.weft.testapps.bench;

import org.jspecify.annotations.NullMarked;
