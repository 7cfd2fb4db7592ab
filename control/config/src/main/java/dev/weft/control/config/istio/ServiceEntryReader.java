package dev.weft.control.config.istio;

import dev.weft.control.config.Resource;
import dev.weft.control.config.Resource.WrittenEndpoint;
import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.config.schema.Protocols;
import dev.weft.control.config.schema.Syntax;
import dev.weft.control.config.yaml.Excerpt;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.Fqdn;
import dev.weft.control.model.Locality;
import dev.weft.control.model.Protocol;
import dev.weft.control.model.Service;
import dev.weft.control.model.Service.Resolution;
import dev.weft.control.model.ServicePort;
import dev.weft.control.model.TargetPort;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads ServiceEntries. */
public final class ServiceEntryReader implements KindReader {

  private static final String UNIX = "unix://";
  private static final String DYNAMIC_DNS = "DYNAMIC_DNS";

  /** By which a name can be told from what is sent. */
  private static final Set<Protocol> DYNAMIC_PROTOCOLS =
      Set.of(Protocol.HTTP, Protocol.HTTP2, Protocol.GRPC, Protocol.TLS);

  @Override
  public Resource read(ObjectReader spec, Scope scope) {
    Resolution resolution = resolution(spec);
    List<ServicePort> ports = ports(spec);
    checkHosts(spec, resolution, ports);
    checkAddresses(spec, resolution);
    checkEndpoints(spec, resolution);
    ObjectReader selector = spec.object("workloadSelector");
    return new Resource.Entry(
        scope.metadata(),
        spec.texts("hosts").stream().map(Fqdn::new).toList(),
        ports,
        spec.text("location").equals("MESH_INTERNAL")
            ? Service.Location.MESH_INTERNAL
            : Service.Location.MESH_EXTERNAL,
        resolution,
        spec.texts("addresses"),
        endpoints(spec, resolution),
        spec.has("workloadSelector") ? selector.textsByKey("labels") : null,
        ExportToReader.read(spec, scope),
        spec.texts("subjectAltNames"));
  }

  private static Resolution resolution(ObjectReader spec) {
    String written = spec.text("resolution");
    if (written.equals(DYNAMIC_DNS)) {
      checkDynamic(spec);
      // In a JVM it is always the name in the request that is looked up.
      return Resolution.NONE;
    }
    return written.isEmpty() ? Resolution.NONE : Resolution.valueOf(written);
  }

  private static void checkDynamic(ObjectReader spec) {
    spec.texts("hosts").stream()
        .filter(host -> !host.startsWith("*"))
        .forEach(
            host ->
                spec.report(
                    FindingCode.INVALID,
                    "hosts",
                    Excerpt.of(host) + " with DYNAMIC_DNS (expected: a wildcard)"));
    for (String field : List.of("addresses", "endpoints")) {
      if (spec.has(field)) {
        spec.report(
            FindingCode.CONFLICTING_FIELDS,
            field,
            "set together with DYNAMIC_DNS (expected: none)");
      }
    }
    for (ObjectReader port : spec.objects("ports")) {
      Protocol protocol = Protocols.named(port.text("protocol")).orElse(Protocol.UNDECLARED);
      if (!DYNAMIC_PROTOCOLS.contains(protocol)) {
        port.report(
            FindingCode.INVALID,
            "protocol",
            "\""
                + Excerpt.of(port.text("protocol"))
                + "\" with DYNAMIC_DNS (expected: HTTP, HTTP2,"
                + " GRPC or TLS)");
      }
    }
  }

  private static List<ServicePort> ports(ObjectReader spec) {
    List<ServicePort> ports = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Set<Integer> numbers = new HashSet<>();
    for (ObjectReader port : spec.objects("ports")) {
      String name = port.text("name");
      int number = port.number("number", 0);
      if (!names.add(name)) {
        port.report(FindingCode.INVALID, "name", name + " twice (expected: each name once)");
      }
      if (!numbers.add(number)) {
        port.report(FindingCode.INVALID, "number", number + " twice (expected: each port once)");
      }
      Protocol protocol = Protocols.named(port.text("protocol")).orElse(Protocol.UNDECLARED);
      Integer target = port.number("targetPort");
      ports.add(
          new ServicePort(
              number,
              name,
              protocol,
              target == null ? TargetPort.UNSPECIFIED : new TargetPort.Numbered(target)));
    }
    return ports;
  }

  private static void checkHosts(
      ObjectReader spec, Resolution resolution, List<ServicePort> ports) {
    List<String> hosts = spec.texts("hosts");
    if (hosts.contains("*")) {
      spec.report(
          FindingCode.INVALID, "hosts", "* (expected: a host, or a wildcard with a domain)");
    }
    boolean byName = resolution == Resolution.DNS || resolution == Resolution.DNS_ROUND_ROBIN;
    if (byName && spec.objects("endpoints").isEmpty()) {
      hosts.stream()
          .filter(host -> !Syntax.isHost(host))
          .forEach(
              host ->
                  spec.report(
                      FindingCode.INVALID,
                      "hosts",
                      Excerpt.of(host) + " (expected: a name that DNS can resolve, or endpoints)"));
    }
    boolean opaque =
        ports.stream()
            .anyMatch(
                port -> port.protocol() == Protocol.TCP || port.protocol() == Protocol.UNDECLARED);
    if (resolution != Resolution.NONE && hosts.size() > 1 && opaque) {
      spec.report(
          FindingCode.INVALID,
          "hosts",
          hosts.size()
              + " hosts with a TCP port, which cannot tell them apart (expected: one host)");
    }
  }

  private static void checkAddresses(ObjectReader spec, Resolution resolution) {
    for (String address : spec.texts("addresses")) {
      if (!Syntax.isAddressOrBlock(address)) {
        spec.report(
            FindingCode.INVALID,
            "addresses",
            Excerpt.of(address) + " (expected: an IP address or block)");
      } else if (address.contains("/")
          && resolution != Resolution.NONE
          && resolution != Resolution.STATIC) {
        spec.report(
            FindingCode.CONFLICTING_FIELDS,
            "addresses",
            address + " with resolution " + resolution + " (expected: NONE or STATIC)");
      }
    }
  }

  private static void checkEndpoints(ObjectReader spec, Resolution resolution) {
    int count = spec.objects("endpoints").size();
    if (spec.has("workloadSelector") && spec.has("endpoints")) {
      spec.report(
          FindingCode.CONFLICTING_FIELDS,
          "workloadSelector",
          "set together with endpoints (expected: one of them)");
    }
    boolean dynamic = spec.text("resolution").equals(DYNAMIC_DNS);
    if (resolution == Resolution.NONE && count > 0 && !dynamic) {
      spec.report(
          FindingCode.CONFLICTING_FIELDS,
          "endpoints",
          "with resolution NONE (expected: none, or STATIC)");
    }
    if (resolution == Resolution.DNS_ROUND_ROBIN && count > 1) {
      spec.report(
          FindingCode.INVALID,
          "endpoints",
          count + " with DNS_ROUND_ROBIN (expected: at most one)");
    }
  }

  private static List<WrittenEndpoint> endpoints(ObjectReader spec, Resolution resolution) {
    Set<String> names = new HashSet<>();
    spec.objects("ports").forEach(port -> names.add(port.text("name")));
    List<WrittenEndpoint> endpoints = new ArrayList<>();
    for (ObjectReader endpoint : spec.objects("endpoints")) {
      endpoint.numbersByKey("ports").keySet().stream()
          .filter(name -> !names.contains(name))
          .forEach(
              name ->
                  endpoint.report(
                      FindingCode.INVALID,
                      "ports",
                      Excerpt.of(name) + " (expected: the name of a port above)"));
      if (AddressReader.check(endpoint, resolution != Resolution.STATIC)
          && !endpoint.text("address").startsWith(UNIX)) {
        endpoints.add(
            new WrittenEndpoint(
                endpoint.text("address"),
                endpoint.numbersByKey("ports"),
                endpoint.textsByKey("labels"),
                Locality.parse(endpoint.text("locality")),
                Math.max(1, endpoint.number("weight", 1)),
                endpoint.text("serviceAccount")));
      }
    }
    return endpoints;
  }
}
