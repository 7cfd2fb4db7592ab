/**
 * The connection level: what the bytes of a TCP connection are, who is at its other end, and
 * whether that may be. Decides only; sockets are the bridge's business, certificates are given.
 */
@NullMarked
package dev.weft.engine.wire;

import org.jspecify.annotations.NullMarked;
