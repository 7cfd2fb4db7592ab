/** The engine on a clock that is turned by hand. */
@NullMarked
package dev.weft.engine;

import org.jspecify.annotations.NullMarked;
