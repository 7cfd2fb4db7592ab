/** Tests. */
@NullMarked
package dev.weft.engine.wire;

import org.jspecify.annotations.NullMarked;
