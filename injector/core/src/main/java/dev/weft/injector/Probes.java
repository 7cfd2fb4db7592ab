package dev.weft.injector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the kubelet asks a container for, in plaintext, whatever is demanded of callers: the agent
 * answers exactly that ({@code weft.probes}).
 */
final class Probes {

  private static final List<String> PROBES =
      List.of("startupProbe", "livenessProbe", "readinessProbe");
  private static final List<String> HOOKS = List.of("postStart", "preStop");
  private static final String GRPC = "/grpc.health.v1.Health/Check";
  private static final int MOST_PORTS = 65_535;

  private final ObjectNode container;
  private final List<Notice> notices;
  private final Set<String> found = new LinkedHashSet<>();

  private Probes(ObjectNode container, List<Notice> notices) {
    this.container = container;
    this.notices = notices;
  }

  /** Each as {@code PORT/PATH}. */
  static List<String> of(ObjectNode container, List<Notice> notices) throws PodException {
    Probes probes = new Probes(container, notices);
    for (String each : PROBES) {
      probes.add(each, container.path(each));
    }
    for (String each : HOOKS) {
      probes.add("lifecycle." + each, container.path("lifecycle").path(each));
    }
    return new ArrayList<>(probes.found);
  }

  private void add(String where, JsonNode probe) throws PodException {
    Optional<ObjectNode> http = Tree.object(probe, "httpGet");
    if (http.isPresent()) {
      addHttp(where, http.get());
      return;
    }
    Optional<ObjectNode> grpc = Tree.object(probe, "grpc");
    if (grpc.isPresent() && grpc.get().path("port").isInt()) {
      found.add(grpc.get().path("port").intValue() + GRPC);
    }
  }

  private void addHttp(String where, ObjectNode http) throws PodException {
    if (!Tree.text(http, "host").isEmpty()) {
      return; // it asks somebody else
    }
    if (Tree.text(http, "scheme").equals("HTTPS")) {
      refuse(where, "scheme HTTPS (expected: HTTP)");
      return;
    }
    int port = port(http.path("port"));
    String written = Tree.text(http, "path").replaceFirst("\\?.*$", "");
    String path = written.startsWith("/") ? written : "/" + written;
    if (port == 0) {
      refuse(
          where, "port " + http.path("port") + " (expected: a number, or a port of the container)");
    } else if (!path.matches("[!-~&&[^,#]]+")) {
      refuse(where, "its path (expected: printable characters of ASCII without a comma)");
    } else {
      found.add(port + path);
    }
  }

  /** 0: none. */
  private int port(JsonNode written) throws PodException {
    if (written.isInt()) {
      return written.intValue() > 0 && written.intValue() <= MOST_PORTS ? written.intValue() : 0;
    }
    return written.isTextual()
        ? Tree.named(container, "ports", written.textValue())
            .map(port -> port.path("containerPort").asInt(0))
            .orElse(0)
        : 0;
  }

  private void refuse(String where, String what) {
    notices.add(
        new Notice(
            Notice.Reason.PROBE_REFUSED,
            Tree.text(container, "name"),
            where + ": " + what + "; it is refused while mutual TLS is demanded"));
  }
}
