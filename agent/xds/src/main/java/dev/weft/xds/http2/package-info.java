/**
 * gRPC over one HTTP/2 connection, as far as a client of a control service needs it: long streams
 * of messages both ways, flow control, keep-alive, limits. RFC 9113, RFC 7541 and gRPC's protocol
 * description. Of its own because of what it costs to start: docs/decisions/0003.
 *
 * <p>One thread, the loop, owns all state; a reader and a writer per connection move bytes between
 * it and the socket, and know nothing of streams.
 */
@NullMarked
package dev.weft.xds.http2;

import org.jspecify.annotations.NullMarked;
