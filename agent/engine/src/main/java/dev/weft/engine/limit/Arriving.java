package dev.weft.engine.limit;

import dev.weft.bridge.RequestHead;
import dev.weft.engine.config.SpiffeId;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What descriptors are made of.
 *
 * @param remote the connection's other end; null: not known
 * @param principal what the caller has proved to be; null: nothing
 */
public record Arriving(
    RequestHead head, @Nullable InetSocketAddress remote, @Nullable SpiffeId principal) {}
