package dev.weft.engine.telemetry;

import dev.weft.engine.config.Cluster.Service;
import dev.weft.engine.config.SpiffeId;
import org.jspecify.annotations.Nullable;

/**
 * What has gone over connections without requests, to or from one peer, since the start.
 *
 * @param side {@code SOURCE}: this process connected
 * @param self who we have proved to be; null: plaintext
 * @param peer who the other end has proved to be; null: plaintext
 * @param destination to which connections were routed; unknown: they were not
 * @param flags {@link ResponseFlag}s
 * @param opened connections
 * @param closed connections
 * @param sent bytes of the application from the accepting to the connecting end
 * @param received bytes of the application from the connecting to the accepting end
 */
public record TcpReport(
    RequestReport.Side side,
    @Nullable SpiffeId self,
    @Nullable SpiffeId peer,
    Service destination,
    int flags,
    long opened,
    long closed,
    long sent,
    long received) {}
