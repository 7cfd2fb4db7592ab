package dev.weft.telemetry.spans;

import dev.weft.bridge.RequestHead;
import dev.weft.engine.telemetry.RequestReport;
import dev.weft.engine.telemetry.ResponseFlag;
import dev.weft.engine.telemetry.SpanContext;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes spans of reports, by OpenTelemetry's semantic conventions for HTTP and RPC (stable). */
final class SpanMaker {

  private SpanMaker() {}

  /**
   * @param endEpochNanos when the request was over, by the wall clock
   */
  static Span of(RequestReport report, SpanContext context, long endEpochNanos) {
    boolean isClient = report.side() == RequestReport.Side.SOURCE;
    return new Span(
        context,
        isClient ? Span.Kind.CLIENT : Span.Kind.SERVER,
        name(report, isClient),
        endEpochNanos - (report.endNanos() - report.startNanos()),
        endEpochNanos,
        attributes(report, isClient),
        error(report, isClient));
  }

  // Low cardinality: never a path. A client names whom it asks, a server is named by its resource.
  private static String name(RequestReport report, boolean isClient) {
    RequestHead head = report.head();
    if (report.grpc() && head.target().startsWith("/")) {
      return head.target().substring(1);
    }
    boolean isNamed = isClient && !report.service().name().equals("unknown");
    return isNamed ? head.method() + " " + report.service().name() : head.method();
  }

  private static List<Map.Entry<String, Object>> attributes(
      RequestReport report, boolean isClient) {
    List<Map.Entry<String, Object>> all = new ArrayList<>(16);
    if (report.grpc()) {
      addRpc(all, report);
    } else {
      addHttp(all, report, isClient);
    }
    addServer(all, report.head().authority());
    InetSocketAddress remote = report.remote();
    if (remote != null) {
      add(all, isClient ? "network.peer.address" : "client.address", remote.getHostString());
      add(all, isClient ? "network.peer.port" : "client.port", (long) remote.getPort());
    }
    if (isClient) {
      add(all, "peer.service", report.service().name());
      if (report.tries() > 1) {
        add(all, "http.request.resend_count", (long) report.tries() - 1);
      }
    }
    if (report.flags() != 0) {
      add(all, "weft.response_flags", ResponseFlag.text(report.flags()));
    }
    return all;
  }

  private static void addHttp(
      List<Map.Entry<String, Object>> all, RequestReport report, boolean isClient) {
    RequestHead head = report.head();
    add(all, "http.request.method", head.method());
    if (report.status() > 0) {
      add(all, "http.response.status_code", (long) report.status());
    }
    if (isClient) {
      add(all, "url.full", head.scheme() + "://" + head.authority() + head.target());
      return;
    }
    String path = head.path();
    add(all, "url.scheme", head.scheme());
    add(all, "url.path", path);
    if (path.length() < head.target().length()) {
      add(all, "url.query", head.target().substring(path.length() + 1));
    }
  }

  private static void addRpc(List<Map.Entry<String, Object>> all, RequestReport report) {
    add(all, "rpc.system", "grpc");
    String target = report.head().target();
    int slash = target.indexOf('/', 1);
    if (slash > 0) {
      add(all, "rpc.service", target.substring(1, slash));
      add(all, "rpc.method", target.substring(slash + 1));
    }
    String status = report.grpcStatus();
    if (status != null && Character.isDigit(status.charAt(0))) {
      add(all, "rpc.grpc.status_code", Long.valueOf(status));
    }
  }

  private static void addServer(List<Map.Entry<String, Object>> all, String authority) {
    int colon = authority.lastIndexOf(':');
    boolean hasPort = colon > authority.lastIndexOf(']');
    if (authority.isEmpty()) {
      return;
    }
    add(all, "server.address", hasPort ? authority.substring(0, colon) : authority);
    String port = hasPort ? authority.substring(colon + 1) : "";
    if (!port.isEmpty() && port.length() <= 5 && port.chars().allMatch(Character::isDigit)) {
      add(all, "server.port", Long.valueOf(port));
    }
  }

  private static void add(List<Map.Entry<String, Object>> all, String key, Object value) {
    all.add(Map.entry(key, value));
  }

  // A server is not to blame for a 4xx; a client that gets one has failed.
  private static @Nullable String error(RequestReport report, boolean isClient) {
    Throwable failure = report.failure();
    if (failure != null) {
      return failure.toString();
    }
    if (report.grpc()) {
      String status = report.grpcStatus();
      return status == null || status.equals("0") ? null : "grpc-status " + status;
    }
    int bad = isClient ? 400 : 500;
    return report.status() == 0 || report.status() >= bad ? "status " + report.status() : null;
  }
}
