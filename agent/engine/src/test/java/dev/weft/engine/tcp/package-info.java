/** Where connections go. */
@NullMarked
package dev.weft.engine.tcp;

import org.jspecify.annotations.NullMarked;
