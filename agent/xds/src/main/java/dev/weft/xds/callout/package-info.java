/**
 * Calls that a request waits for: one message to a gRPC service, one answer, within a time. All on
 * one loop, over one connection per address, without a thread for each call.
 */
@NullMarked
package dev.weft.xds.callout;

import org.jspecify.annotations.NullMarked;
