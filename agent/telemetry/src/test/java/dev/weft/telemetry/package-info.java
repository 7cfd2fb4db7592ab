/** Tests. */
@NullMarked
package dev.weft.telemetry;

import org.jspecify.annotations.NullMarked;
