package dev.weft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Headers;
import dev.weft.bridge.RequestHead;
import dev.weft.engine.config.Cluster.Service;
import dev.weft.engine.config.Cluster.Workload;
import dev.weft.engine.config.SpiffeId;
import dev.weft.engine.telemetry.Audit.What;
import dev.weft.engine.telemetry.RequestReport;
import dev.weft.engine.telemetry.SpanContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The record of what policies did. */
class AuditLinesTest {

  private final Printed printed = new Printed(Setting.LogLevel.OFF);
  private final List<Runnable> written = new ArrayList<>();
  private Instant now = Instant.parse("2026-01-02T03:04:05Z");
  private final AuditLines lines = new AuditLines(printed.log(), written::add, () -> now);

  private List<String> printed() {
    written.forEach(Runnable::run);
    written.clear();
    List<String> all = printed.lines();
    printed.clear();
    return all;
  }

  @Test
  void saysWhoWhatAndWhyButNoSecrets() {
    lines.told(What.DENIED, "ns[a]-policy[b]-rule[0]", new Report("/x?token=secret"));
    assertThat(printed())
        .containsExactly(
            "weft: {\"audit\":\"DENIED\",\"time\":\"2026-01-02T03:04:05Z\","
                + "\"policy\":\"ns[a]-policy[b]-rule[0]\","
                + "\"principal\":\"spiffe://cluster.local/ns/a/sa/b\","
                + "\"remote\":\"127.0.0.1\",\"method\":\"GET\",\"host\":\"orders\","
                + "\"path\":\"/x\",\"traceparent\":null}");
  }

  @Test
  void nothingForgesALine() {
    lines.told(What.AUDITED, "", new Report("/x\n{\"audit\":\"ALLOWED\"}"));
    assertThat(printed()).singleElement().asString().contains("/x\\u000a{", "\"policy\":null");
  }

  @Test
  void isLimitedAndSaysWhatIsLeftOut() {
    for (int i = 0; i < 150; i++) {
      lines.told(What.DENIED, "p", new Report("/"));
    }
    assertThat(printed()).hasSize(100).noneMatch(line -> line.contains("left_out"));
    now = now.plusSeconds(1);
    lines.told(What.DENIED, "p", new Report("/"));
    lines.told(What.DENIED, "p", new Report("/"));
    assertThat(printed()).hasSize(2).first().asString().endsWith("\"left_out\":50}");
  }

  /** A request that has arrived. */
  private record Report(String target) implements RequestReport {

    @Override
    public Side side() {
      return Side.DESTINATION;
    }

    @Override
    public RequestHead head() {
      return new RequestHead("test", "GET", "http", "orders", target, Headers.NONE);
    }

    @Override
    public Workload peer() {
      return Workload.UNKNOWN;
    }

    @Override
    public @Nullable SpiffeId peerPrincipal() {
      return SpiffeId.parse("spiffe://cluster.local/ns/a/sa/b");
    }

    @Override
    public @Nullable SpiffeId ownPrincipal() {
      return null;
    }

    @Override
    public Service service() {
      return Service.UNKNOWN;
    }

    @Override
    public boolean grpc() {
      return false;
    }

    @Override
    public int status() {
      return 403;
    }

    @Override
    public @Nullable String grpcStatus() {
      return null;
    }

    @Override
    public int flags() {
      return 0;
    }

    @Override
    public long startNanos() {
      return 0;
    }

    @Override
    public long endNanos() {
      return 0;
    }

    @Override
    public int tries() {
      return 0;
    }

    @Override
    public @Nullable SpanContext span() {
      return null;
    }

    @Override
    public @Nullable InetSocketAddress remote() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 7);
    }

    @Override
    public @Nullable Throwable failure() {
      return null;
    }
  }
}
