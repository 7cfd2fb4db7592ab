package dev.weft.control.server;

import dev.weft.control.server.HttpPages.Page;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a platform asks, from anywhere: {@code /ready} for its probes, {@code /metrics} for
 * Prometheus, and nothing else. It listens before anything else does, and says that it is not ready
 * until agents are served.
 */
final class MonitoringServer implements AutoCloseable {

  private static final Page STARTING =
      Page.text(503, "starting (expected: the first configuration)\n");

  static {
    // In seconds: whoever opens a connection and sends nothing must not have a thread for ever.
    for (String limit : List.of("sun.net.httpserver.maxReqTime", "sun.net.httpserver.maxRspTime")) {
      if (System.getProperty(limit) == null) {
        System.setProperty(limit, "10");
      }
    }
  }

  private final HttpPages pages;
  private volatile @Nullable StatusReader status;

  private MonitoringServer(InetSocketAddress address) throws IOException {
    this.pages =
        HttpPages.start(
            address,
            Map.of("/ready", this::ready, "/metrics", this::metrics),
            host -> true); // nothing here is anybody's secret
  }

  static MonitoringServer start(InetSocketAddress address) throws IOException {
    return new MonitoringServer(address);
  }

  /** Agents are served from now on. */
  void ready(StatusReader reader) {
    status = reader;
  }

  private Page ready() {
    return status == null ? STARTING : Page.text(200, "ready\n");
  }

  private Page metrics() {
    StatusReader now = status;
    return now == null ? STARTING : new Page(200, HttpPages.METRICS, now.metrics());
  }

  InetSocketAddress address() {
    return pages.address();
  }

  @Override
  public void close() {
    pages.close();
  }
}
