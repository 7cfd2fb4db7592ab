/**
 * What the init container of a pod runs, without anything else in its class path: it starts within
 * a few hundredths of a second of CPU.
 */
@NullMarked
package dev.weft.injector.delivery;

import org.jspecify.annotations.NullMarked;
