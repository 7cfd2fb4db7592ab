/** Servers of every kind, which all serve {@link dev.weft.instrumentation.sockets.Content}. */
@NullMarked
package dev.weft.instrumentation.sockets.server;

import org.jspecify.annotations.NullMarked;
