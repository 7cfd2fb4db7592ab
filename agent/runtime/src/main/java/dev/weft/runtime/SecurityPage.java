package dev.weft.runtime;

import dev.weft.engine.wire.MeshWire;
import dev.weft.identity.CertificateStatus;
import dev.weft.telemetry.metrics.Metrics;
import dev.weft.xds.PlaintextCallers;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a process with an identity shows of that. */
final class SecurityPage {

  private final MeshWire wire;
  private final Membership membership;
  private final PlaintextWatch plaintext;

  SecurityPage(MeshWire wire, Membership membership, PlaintextWatch plaintext) {
    this.wire = wire;
    this.membership = membership;
    this.plaintext = plaintext;
  }

  void register(Metrics metrics) {
    metrics.gauge(
        "weft_certificate_seconds_left",
        "How long this process's certificate is valid; negative: it has expired, or there is none.",
        this::secondsLeft);
    metrics.counter(
        "weft_certificates_issued_total",
        "Certificates that this process was given.",
        () -> membership.certificate().issued());
    metrics.counter(
        "weft_certificate_failures_total",
        "Attempts to get a certificate that failed.",
        () -> membership.certificate().failures());
    metrics.gauge("weft_connections_open", "Connections that the mesh guards.", wire::open);
    metrics.counters(
        "weft_connections_refused_total",
        "Connections, and requests on them, that were refused: failed handshakes, wrong peers,"
            + " forbidden plaintext.",
        "reason",
        wire::refusals);
    metrics.counter(
        "weft_connections_egress_reported_total",
        "Connections to what the registry does not know, made because weft.egress.mode only"
            + " reports.",
        wire::reported);
    metrics.counter(
        "weft_connections_failed_open_total",
        "Connections that went past the mesh: no configuration was there in time.",
        wire::failedOpen);
  }

  private double secondsLeft() {
    CertificateStatus status = membership.certificate();
    return status.left() == null ? -1 : status.left().toMillis() / 1000.0;
  }

  Map<String, Object> page() {
    CertificateStatus status = membership.certificate();
    Map<String, Object> page = new LinkedHashMap<>();
    page.put("identity", text(status.identity()));
    page.put("serial", status.serial());
    page.put("notAfter", text(status.notAfter()));
    page.put("secondsLeft", secondsLeft());
    page.put("issued", status.issued());
    page.put("failures", status.failures());
    page.put("lastFailure", status.lastFailure());
    page.put("socketLayer", wire.broken() == null ? "sound" : wire.broken());
    page.put("bypass", wire.bypass());
    page.put("connections", wire.open());
    page.put("refused", wire.refusals());
    return page;
  }

  /** Who calls in plaintext. */
  Map<String, Object> plaintext() {
    PlaintextCallers now = plaintext.callers();
    Map<String, Object> page = new LinkedHashMap<>();
    page.put("since", now.since().toString());
    page.put("callers", now.callers().stream().map(SecurityPage::caller).toList());
    page.put("leftOff", now.leftOff());
    return page;
  }

  private static Map<String, Object> caller(PlaintextCallers.Caller caller) {
    Map<String, Object> page = new LinkedHashMap<>();
    page.put("address", caller.address());
    page.put("port", caller.port());
    page.put("ownTls", caller.ownTls());
    page.put("count", caller.connections());
    page.put("open", caller.open());
    page.put("lastSeen", caller.last().toString());
    return page;
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }
}
