/** Tests. */
@NullMarked
package dev.weft.engine.limit;

import org.jspecify.annotations.NullMarked;
