package dev.weft.runtime;

import dev.weft.engine.Engine;
import dev.weft.telemetry.AgentTelemetry;
import dev.weft.telemetry.metrics.Exposition;
import dev.weft.telemetry.metrics.Metrics;
import dev.weft.xds.ControlClient;
import dev.weft.xds.ControlStatus;
import dev.weft.xds.UnmeshedSocket;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What the agent shows of itself. */
final class Pages {

  private final Identity identity;
  private final Engine engine;
  private final ControlLine line;
  private final Met met;
  private volatile @Nullable SecurityPage security;

  /** What of the application was met: libraries, and sockets beside the mesh. */
  record Met(Coverage coverage, Unmeshed unmeshed) {}

  Pages(Identity identity, Engine engine, ControlLine line, Met met) {
    this.identity = identity;
    this.engine = engine;
    this.line = line;
    this.met = met;
  }

  /** Shows this, too. */
  void show(SecurityPage page, Metrics metrics) {
    security = page;
    page.register(metrics);
  }

  Map<String, AdminEndpoint.Page> all(AgentTelemetry telemetry) {
    Exposition.Format format = Exposition.Format.PROMETHEUS;
    return Map.of(
        "/stats/prometheus",
        new AdminEndpoint.Page(format.contentType(), () -> telemetry.scrape(format)),
        "/healthz",
        new AdminEndpoint.Page("text/plain; charset=utf-8", () -> "ok\n"),
        "/weft/status",
        new AdminEndpoint.Page("application/json", () -> Json.write(status()) + "\n"));
  }

  /** The agent's own metrics. */
  void register(Metrics metrics) {
    metrics.gauge(
        "weft_control_connected",
        "1 while the control service answers, else 0.",
        () -> control(status -> status.connected() ? 1 : 0));
    metrics.gauge(
        "weft_control_registered",
        "1 while the registration of this workload holds, else 0.",
        () -> control(status -> status.registered() ? 1 : 0));
    metrics.gauge(
        "weft_config_age_seconds",
        "Since configuration was last received; -1 before the first.",
        () ->
            control(
                status -> status.updateAgeMillis() < 0 ? -1 : status.updateAgeMillis() / 1000.0));
    metrics.counter(
        "weft_config_rejected_total",
        "Configuration that was refused, wholly or in part.",
        () -> (long) control(ControlStatus::nacks));
    metrics.counter(
        "weft_control_failures_total",
        "Connections to the control service that were lost, and attempts that failed.",
        () -> (long) control(ControlStatus::connectionFailures));
    metrics.gauge("weft_subscriptions", "Hosts that the application has used.", engine::subscribed);
    metrics.gauge(
        "weft_inbound_requests_active", "Requests being served.", engine::inboundInFlight);
    metrics.gauge(
        "weft_outbound_requests_active", "Requests being sent.", engine::outboundInFlight);
  }

  private double control(ToDoubleFunction<ControlStatus> value) {
    ControlStatus status = status(line.client());
    return status == null ? -1 : value.applyAsDouble(status);
  }

  private static @Nullable ControlStatus status(@Nullable ControlClient client) {
    return client == null ? null : client.status();
  }

  private Map<String, Object> status() {
    Map<String, Object> page = new LinkedHashMap<>();
    page.put("name", identity.name());
    page.put("namespace", identity.namespace());
    page.put("instance", identity.instance());
    page.put("address", identity.address());
    page.put("labels", identity.labels());
    page.put("configured", engine.isConfigured());
    ControlStatus control = status(line.client());
    if (control != null) {
      page.put("control", control(control));
    }
    SecurityPage secured = security;
    if (secured != null) {
      page.put("security", secured.page());
    }
    page.put("subscriptions", engine.subscribed());
    page.put("inboundActive", engine.inboundInFlight());
    page.put("outboundActive", engine.outboundInFlight());
    page.put("libraries", met.coverage().entries().stream().map(Pages::library).toList());
    page.put("unmeshed", met.unmeshed().sockets().stream().map(Pages::socket).toList());
    page.put("unmeshedLeftOff", met.unmeshed().leftOff());
    if (secured != null) {
      page.put("plaintext", secured.plaintext());
    }
    return page;
  }

  private static Map<String, Object> control(ControlStatus status) {
    Map<String, Object> page = new LinkedHashMap<>();
    page.put("connected", status.connected());
    page.put("protocol", status.protocol());
    page.put("registered", status.registered());
    page.put("updateAgeMillis", status.updateAgeMillis());
    page.put("updates", status.updates());
    page.put("rejected", status.nacks());
    page.put("lastRejection", status.lastNack());
    page.put("failures", status.connectionFailures());
    page.put("lastFailure", status.lastFailure());
    page.put("refusedPorts", status.refusedPorts());
    page.put("ignoredFields", status.ignoredFields());
    return page;
  }

  private static Map<String, Object> library(Coverage.Entry entry) {
    Map<String, Object> page = new LinkedHashMap<>();
    page.put("name", entry.library().adapter());
    page.put("version", entry.library().version());
    page.put("loader", entry.library().loader());
    page.put("problem", entry.problem());
    return page;
  }

  private static Map<String, Object> socket(UnmeshedSocket socket) {
    Map<String, Object> page = new LinkedHashMap<>();
    page.put("kind", socket.listens() ? "listener" : "connection");
    page.put("addresses", socket.addresses());
    page.put("library", socket.library());
    page.put("reason", socket.reason());
    page.put("count", socket.count());
    page.put("frames", socket.frames());
    return page;
  }
}
