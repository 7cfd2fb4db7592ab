package dev.weft.engine.wire;

import dev.weft.bridge.Wire.Passage;
import dev.weft.engine.tcp.RoutedConnection;
import dev.weft.engine.telemetry.ResponseFlag;
import java.time.Duration;

/** Hears of one routed connection, and tells whom it concerns. */
final class MeshPassage implements Passage {

  /** As Envoy: it was not reached, and that was the only try. */
  private static final int UNREACHED =
      ResponseFlag.UPSTREAM_CONNECTION_FAILURE.bit()
          | ResponseFlag.UPSTREAM_RETRY_LIMIT_EXCEEDED.bit();

  private final RoutedConnection connection;
  private final Links links;

  MeshPassage(RoutedConnection connection, Links links) {
    this.connection = connection;
    this.links = links;
  }

  @Override
  public Duration connectTimeout() {
    return connection.connectTimeout();
  }

  /** Bytes flow. */
  void opened(Link link) {
    link.goesTo(connection.destination());
    connection.opened();
  }

  @Override
  public void over(boolean reached) {
    connection.over();
    if (!reached) {
      connection.failed();
      links.failed(connection.destination(), UNREACHED);
    }
  }

  /** It is not made after all, which says nothing of the other end. */
  void abandon() {
    connection.over();
    links.failed(connection.destination(), ResponseFlag.UPSTREAM_CONNECTION_FAILURE.bit());
  }
}
