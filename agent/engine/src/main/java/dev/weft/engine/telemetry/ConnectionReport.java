package dev.weft.engine.telemetry;

import dev.weft.engine.config.SpiffeId;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A connection that was accepted, and brings no requests that we know of.
 *
 * @param peerPrincipal who its other end has proved to be; null: nobody
 */
public record ConnectionReport(
    @Nullable SpiffeId peerPrincipal, InetSocketAddress local, InetSocketAddress remote) {}
