package dev.weft.control.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The {@code connectionPool} block; a lower level's block replaces a higher one's as a whole. Zero
 * is no limit.
 *
 * @param keepalive null: the system's own, which asks nobody
 */
public record ConnectionPool(
    @Nullable Duration connectTimeout,
    int maxConnections,
    int maxPendingRequests,
    int maxRequests,
    int maxRetries,
    @Nullable TcpKeepalive keepalive) {

  /** Nothing is limited. */
  public static final ConnectionPool UNLIMITED = new ConnectionPool(null, 0, 0, 0, 0, null);

  ConnectionPool in(MeshDefaults defaults) {
    return new ConnectionPool(
        connectTimeout,
        maxConnections,
        maxPendingRequests,
        maxRequests,
        maxRetries,
        TcpKeepalive.over(keepalive, defaults.keepalive()));
  }
}
