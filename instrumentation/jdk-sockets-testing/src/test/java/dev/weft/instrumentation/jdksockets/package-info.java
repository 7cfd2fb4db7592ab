/** The TLS of one connection over wires in memory, where every byte and every failure is chosen. */
@NullMarked
package dev.weft.instrumentation.jdksockets;

import org.jspecify.annotations.NullMarked;
