/** Tests. */
@NullMarked
package dev.weft.engine.routing;

import org.jspecify.annotations.NullMarked;
