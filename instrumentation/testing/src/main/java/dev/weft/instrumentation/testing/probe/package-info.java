/** The probes: one for each library, and for each way in which applications use it. */
@NullMarked
package dev.weft.instrumentation.testing.probe;

import org.jspecify.annotations.NullMarked;
