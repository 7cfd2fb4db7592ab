/** Tests. */
@NullMarked
package dev.weft.engine.resilience;

import org.jspecify.annotations.NullMarked;
