/**
 * Runs contracts in JVMs of their own: {@link dev.weft.instrumentation.testing.run.Cell} says which
 * library, version and JDK, {@link dev.weft.instrumentation.testing.run.Child} is what runs there,
 * and {@link dev.weft.instrumentation.testing.run.ChildProcess} is the parent's view of it.
 */
@NullMarked
package dev.weft.instrumentation.testing.run;

import org.jspecify.annotations.NullMarked;
