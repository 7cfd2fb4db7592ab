/** Runs both ends in JVMs of their own, on every installed JDK. */
@NullMarked
package dev.weft.instrumentation.sockets;

import org.jspecify.annotations.NullMarked;
