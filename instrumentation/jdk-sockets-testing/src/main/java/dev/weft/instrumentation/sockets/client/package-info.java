/** Clients of every kind. */
@NullMarked
package dev.weft.instrumentation.sockets.client;

import org.jspecify.annotations.NullMarked;
