/** Whether and when a failed try is made again: Envoy's retry conditions and back-off. */
@NullMarked
package dev.weft.engine.resilience;

import org.jspecify.annotations.NullMarked;
