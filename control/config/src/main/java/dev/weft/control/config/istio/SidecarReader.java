package dev.weft.control.config.istio;

import dev.weft.control.config.Resource;
import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.config.schema.Syntax;
import dev.weft.control.config.yaml.Excerpt;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.Fqdn;
import dev.weft.control.model.OutboundTrafficPolicy;
import dev.weft.control.model.Sidecar;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads Sidecars, which are valid where istiod's ValidateSidecar says so. */
public final class SidecarReader implements KindReader {

  private static final List<String> BLOCKS =
      List.of("egress", "outboundTrafficPolicy", "ingress", "inboundConnectionPool");

  private static final String EXCLUDED = "~";

  @Override
  public Resource read(ObjectReader spec, Scope scope) {
    if (BLOCKS.stream().noneMatch(spec::has)) {
      spec.report(
          FindingCode.MISSING, "sets nothing (expected one of: " + String.join(", ", BLOCKS) + ")");
    }
    for (ObjectReader ingress : spec.objects("ingress")) {
      ObjectReader port = ingress.object("port");
      if (port.number("number", 0) == 0) {
        port.report(FindingCode.MISSING, "number", "is missing (expected: 1 to 65535)");
      }
      checkTarget(port);
    }
    return new Resource.Scoping(
        scope.metadata(),
        new Sidecar(
            scope.metadata().id(),
            spec.has("workloadSelector")
                ? spec.object("workloadSelector").textsByKey("labels")
                : null,
            spec.objects("egress").isEmpty() ? List.of(Sidecar.EVERYTHING) : egress(spec),
            outbound(spec),
            scope.metadata().location()));
  }

  private static List<Sidecar.Egress> egress(ObjectReader spec) {
    List<Sidecar.Egress> listeners = new ArrayList<>();
    List<ObjectReader> written = spec.objects("egress");
    Set<Integer> ports = new HashSet<>();
    for (int i = 0; i < written.size(); i++) {
      ObjectReader listener = written.get(i);
      List<Sidecar.Import> imports = imports(listener);
      Integer port = port(listener, ports);
      if (!listener.has("port") && i < written.size() - 1) {
        listener.report(
            FindingCode.INVALID, "has no port (expected: a port, or the last place in the list)");
      }
      boolean isSocket = listener.has("port") && port == null;
      if (!isSocket && !isProxy(listener.object("port"))) {
        listeners.add(new Sidecar.Egress(port, imports));
      }
    }
    return listeners;
  }

  /** One that applications would have to be told of. */
  private static boolean isProxy(ObjectReader port) {
    if (!port.text("protocol").equalsIgnoreCase("HTTP_PROXY")) {
      return false;
    }
    port.report(
        FindingCode.FIELD_NEVER,
        "protocol",
        "HTTP_PROXY means nothing inside a JVM; nobody listens there");
    return true;
  }

  /** Null for every port, and where there is none but a Unix socket. */
  private static @Nullable Integer port(ObjectReader listener, Set<Integer> before) {
    ObjectReader port = listener.object("port");
    int number = port.number("number", 0);
    if (!listener.has("port")) {
      return null;
    }
    if (port.text("protocol").isEmpty()) {
      port.report(FindingCode.MISSING, "protocol", "is missing (expected: a protocol)");
    }
    checkTarget(port);
    String bind = listener.text("bind");
    if (number == 0) {
      if (!bind.startsWith("unix://")) {
        port.report(FindingCode.INVALID, "number", "0 (expected: 1 to 65535, or bind: unix://...)");
      }
      return null;
    }
    if (!bind.isEmpty() && !Syntax.isAddress(bind)) {
      listener.report(FindingCode.INVALID, "bind", Excerpt.of(bind) + " (expected: an IP address)");
    }
    if (!before.add(number)) {
      port.report(FindingCode.INVALID, "number", number + " twice (expected: each port once)");
    }
    return number;
  }

  private static void checkTarget(ObjectReader port) {
    if (port.number("targetPort", 0) > 0) {
      port.report(
          FindingCode.INVALID, "targetPort", "has no meaning in a Sidecar (expected: none)");
    }
  }

  private static List<Sidecar.Import> imports(ObjectReader listener) {
    List<Sidecar.Import> imports = new ArrayList<>();
    for (String written : listener.texts("hosts")) {
      String[] parts = written.split("/", -1);
      boolean excluded = written.startsWith(EXCLUDED);
      String namespace = excluded ? parts[0].substring(EXCLUDED.length()) : parts[0];
      if (parts.length != 2 || !isNamespace(namespace, excluded) || !isHost(parts[1])) {
        listener.report(
            FindingCode.INVALID,
            "hosts",
            Excerpt.of(written)
                + " (expected: namespace/host; \".\" or \"*\" for a namespace;"
                + " full names, or wildcards, for a host)");
      } else {
        imports.add(
            new Sidecar.Import(
                namespace.isEmpty() ? "*" : namespace, new Fqdn(parts[1]), excluded));
      }
    }
    return imports;
  }

  private static boolean isNamespace(String text, boolean excluded) {
    return text.isEmpty() ? excluded : text.matches("[*.]|[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  }

  private static boolean isHost(String text) {
    return text.equals("*")
        || (text.contains(".") && Syntax.isHost(text.startsWith("*.") ? text.substring(2) : text));
  }

  /** Null: as the mesh has it. One without a mode is the strict one, as in Istio. */
  private static @Nullable OutboundTrafficPolicy outbound(ObjectReader spec) {
    if (!spec.has("outboundTrafficPolicy")) {
      return null;
    }
    ObjectReader policy = spec.object("outboundTrafficPolicy");
    String mode = policy.text("mode");
    OutboundTrafficPolicy read =
        mode.isEmpty() ? OutboundTrafficPolicy.REGISTRY_ONLY : OutboundTrafficPolicy.valueOf(mode);
    if (policy.has("egressProxy") && read != OutboundTrafficPolicy.ALLOW_ANY) {
      policy.report(
          FindingCode.CONFLICTING_FIELDS,
          "egressProxy",
          "set together with mode " + read + " (expected: ALLOW_ANY)");
    }
    return read;
  }
}
