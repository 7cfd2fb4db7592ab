package dev.weft.control.config.istio;

import dev.weft.control.config.Resource;
import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.config.schema.Syntax;
import dev.weft.control.config.yaml.Excerpt;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.MutualTls;
import dev.weft.control.model.PeerPolicy;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Reads PeerAuthentications. */
public final class PeerAuthenticationReader implements KindReader {

  @Override
  public Resource read(ObjectReader spec, Scope scope) {
    Map<String, String> selector = spec.object("selector").textsByKey("matchLabels");
    if (spec.has("portLevelMtls") && selector.isEmpty()) {
      spec.report(
          FindingCode.CONFLICTING_FIELDS,
          "portLevelMtls",
          "set without a selector (expected: selector.matchLabels)");
    }
    return new Resource.Peers(
        scope.metadata(),
        new PeerPolicy(
            scope.metadata().id(),
            selector,
            mode(spec.object("mtls")),
            ports(spec),
            scope.metadata().location()));
  }

  private static MutualTls mode(ObjectReader mtls) {
    String written = mtls.text("mode");
    return written.isEmpty() ? MutualTls.UNSET : MutualTls.valueOf(written);
  }

  private static Map<Integer, MutualTls> ports(ObjectReader spec) {
    Map<String, ObjectReader> written = spec.objectsByKey("portLevelMtls");
    if (spec.has("portLevelMtls") && written.isEmpty()) {
      spec.report(
          FindingCode.MISSING, "portLevelMtls", "is empty (expected: a port, or no such field)");
    }
    Map<Integer, MutualTls> ports = new HashMap<>();
    written.forEach(
        (text, mtls) -> {
          Optional<Integer> port = Syntax.port(text);
          if (port.isEmpty()) {
            mtls.report(FindingCode.INVALID, Excerpt.of(text) + " (expected: a port, 1 to 65535)");
          } else if (ports.put(port.get(), mode(mtls)) != null) {
            mtls.report(FindingCode.INVALID, text + " twice (expected: each port once)");
          }
        });
    return ports;
  }
}
