/** JMH benchmarks of the engine; docs/performance.md has their figures and the command. */
@NullMarked
package dev.weft.bench;

import org.jspecify.annotations.NullMarked;
