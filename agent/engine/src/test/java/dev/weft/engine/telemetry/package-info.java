/** Tests. */
@NullMarked
package dev.weft.engine.telemetry;

import org.jspecify.annotations.NullMarked;
