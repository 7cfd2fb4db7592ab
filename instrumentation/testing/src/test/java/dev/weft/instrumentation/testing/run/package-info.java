/** Runs every contract in every cell, and keeps the support table true. */
@NullMarked
package dev.weft.instrumentation.testing.run;

import org.jspecify.annotations.NullMarked;
