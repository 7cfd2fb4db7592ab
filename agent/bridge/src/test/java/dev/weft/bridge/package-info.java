/** Tests of the loops, on a clock that is turned by hand. */
@NullMarked
package dev.weft.bridge;

import org.jspecify.annotations.NullMarked;
