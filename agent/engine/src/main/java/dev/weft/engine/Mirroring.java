package dev.weft.engine;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Step;
import dev.weft.engine.balance.Balancer;
import dev.weft.engine.balance.Upstream;
import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.Route;
import dev.weft.engine.telemetry.Telemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The copies of one call: drawn with its first try, sent when its body is known. They never hold
 * the call up, and never fail it.
 */
final class Mirroring {

  /** Where a rule bounds nothing, a copy is nevertheless not waited for for ever. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final String SUFFIX = "-shadow";

  /** What belongs to a connection or to a body, which the copy has of its own. */
  private static final Set<String> OWN =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "host",
          "http2-settings",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private final OutboundExchange call;
  private final List<Route.Mirror> mirrors;
  private final Step.Send original;

  private Mirroring(OutboundExchange call, List<Route.Mirror> mirrors, Step.Send original) {
    this.call = call;
    this.mirrors = mirrors;
    this.original = original;
  }

  /** Draws who gets a copy of the try that is about to be sent; what it returns keeps the body. */
  static Step.Send draw(OutboundExchange call, List<Route.Mirror> mirrors, Step.Send send) {
    List<Route.Mirror> drawn = new ArrayList<>(mirrors);
    drawn.removeIf(mirror -> !mirror.share().hits(call.engine.random));
    if (drawn.isEmpty()) {
      return send;
    }
    if (call.authority.isSecure()) {
      // What the application encrypts is not for plaintext, and its TLS is not for us to speak.
      drawn.forEach(mirror -> call.engine.telemetry.happened(Telemetry.Event.NOT_MIRRORED));
      return send;
    }
    call.mirroring = new Mirroring(call, drawn, send);
    return new Step.Send(
        send.address(),
        send.authority(),
        send.target(),
        send.edits(),
        send.timeout(),
        call.engine.settings.keepLimit(),
        send.server());
  }

  /** The body is known. */
  void send(byte[] body) {
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    call.head.headers().each((name, value) -> headers.add(Map.entry(name, value)));
    original.edits().apply(HeaderEdits.of(headers));
    headers.removeIf(pair -> OWN.contains(pair.getKey().toLowerCase(Locale.ROOT)));
    for (Route.Mirror mirror : mirrors) {
      if (!send(mirror, headers, body)) {
        call.engine.telemetry.happened(Telemetry.Event.NOT_MIRRORED);
      }
    }
  }

  private boolean send(Route.Mirror mirror, List<Map.Entry<String, String>> headers, byte[] body) {
    Balancer balancer = call.plan.balancers().get(mirror.cluster());
    Upstream upstream = balancer == null ? null : balancer.pick(call.engine.random);
    if (balancer == null || upstream == null || isCutOff(balancer.cluster(), upstream)) {
      return false;
    }
    if (!upstream.begin()) {
      return false;
    }
    boolean taken =
        call.engine.mirrors.take(
            new Mirrors.Copy(
                upstream.endpoint().address(),
                call.head.method(),
                authority(mirror),
                original.target(),
                headers,
                body,
                patience(),
                upstream::end));
    if (!taken) {
      upstream.end();
    }
    return taken;
  }

  private boolean isCutOff(Cluster cluster, Upstream upstream) {
    return call.engine.obstacle(cluster, upstream.endpoint().address()) != null;
  }

  private Duration patience() {
    Duration timeout = original.timeout();
    return timeout == null ? PATIENCE : timeout;
  }

  private String authority(Route.Mirror mirror) {
    String host = original.authority();
    if (!mirror.suffix()) {
      return host;
    }
    int colon = host.lastIndexOf(':');
    return colon <= host.lastIndexOf(']')
        ? host + SUFFIX
        : host.substring(0, colon) + SUFFIX + host.substring(colon);
  }
}
