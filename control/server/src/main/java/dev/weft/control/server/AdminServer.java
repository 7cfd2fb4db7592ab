package dev.weft.control.server;

import dev.weft.control.server.HttpPages.Page;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The service's own state over loopback HTTP, read-only: {@code /status} as JSON, {@code /metrics}
 * for Prometheus, {@code /ready}.
 */
final class AdminServer implements AutoCloseable {

  /** A page of a browser must not be able to read this through a name of its own. */
  private static final Set<String> HOSTS = Set.of("localhost", "127.0.0.1", "[::1]");

  private final HttpPages pages;

  private AdminServer(HttpPages pages) {
    this.pages = pages;
  }

  static AdminServer start(InetSocketAddress address, StatusReader status) throws IOException {
    return new AdminServer(
        HttpPages.start(
            address,
            Map.of(
                "/status", () -> new Page(200, HttpPages.JSON, StatusJson.write(status.read())),
                "/metrics", () -> new Page(200, HttpPages.METRICS, status.metrics()),
                "/ready", () -> Page.text(200, "ready\n")),
            AdminServer::isLocal));
  }

  InetSocketAddress address() {
    return pages.address();
  }

  private static boolean isLocal(@Nullable String host) {
    return host != null && HOSTS.contains(host.replaceFirst(":\\d+$", ""));
  }

  @Override
  public void close() {
    pages.close();
  }
}
