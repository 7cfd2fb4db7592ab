/** Tests. */
@NullMarked
package dev.weft.engine.config;

import org.jspecify.annotations.NullMarked;
