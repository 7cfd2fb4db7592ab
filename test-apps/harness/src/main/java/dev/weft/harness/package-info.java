/**
 * What the demo and the benchmarks share: processes with and without the agent, the control
 * service, and where the build left them. It knows Weft only from outside, and the JDK alone.
 */
@NullMarked
package dev.weft.harness;

import org.jspecify.annotations.NullMarked;
