package dev.weft.control.config.istio;

import dev.weft.control.config.Resource;
import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.config.schema.Protocols;
import dev.weft.control.config.schema.Syntax;
import dev.weft.control.config.yaml.Excerpt;
import dev.weft.control.model.ExportTo;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.Protocol;
import dev.weft.control.model.ServicePort;
import dev.weft.control.model.TargetPort;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads plain v1 Services. */
public final class ServiceReader implements KindReader {

  private static final String EXPORT_TO = "networking.istio.io/exportTo";
  private static final String HEADLESS = "None";

  @Override
  public Resource read(ObjectReader spec, Scope scope) {
    List<ServicePort> ports = ports(spec);
    Set<String> addresses = new LinkedHashSet<>(spec.texts("clusterIPs"));
    spec.optionalText("clusterIP").filter(address -> !address.isEmpty()).ifPresent(addresses::add);
    addresses.remove(HEADLESS);
    addresses.stream()
        .filter(address -> !Syntax.isAddress(address))
        .forEach(
            address ->
                spec.report(
                    FindingCode.INVALID,
                    "clusterIP",
                    Excerpt.of(address) + " (expected: an IP address)"));
    if (spec.has("externalName")) {
      return new Resource.Inert(scope.metadata());
    }
    return new Resource.KubernetesService(
        scope.metadata(),
        ports,
        spec.textsByKey("selector"),
        List.copyOf(addresses),
        exportTo(scope));
  }

  private static List<ServicePort> ports(ObjectReader spec) {
    List<ServicePort> ports = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Set<String> numbers = new HashSet<>();
    List<ObjectReader> written = spec.objects("ports");
    for (ObjectReader port : written) {
      String name = port.text("name");
      int number = port.number("port", 0);
      if (written.size() > 1 && (name.isEmpty() || !names.add(name))) {
        port.report(
            FindingCode.INVALID,
            "name",
            "\"" + Excerpt.of(name) + "\" (expected: a name of its own per port)");
      }
      if (!numbers.add(number + "/" + port.text("protocol"))) {
        port.report(FindingCode.INVALID, "port", number + " twice (expected: each port once)");
      }
      ports.add(new ServicePort(number, name, protocol(port, number), target(port)));
    }
    return ports;
  }

  private static Protocol protocol(ObjectReader port, int number) {
    String transport = port.text("protocol");
    return transport.isEmpty() || transport.equals("TCP")
        ? Protocols.ofServicePort(number, port.text("name"), port.text("appProtocol"))
        : Protocol.UDP;
  }

  private static TargetPort target(ObjectReader port) {
    String target = port.text("targetPort");
    if (target.isEmpty()) {
      return TargetPort.UNSPECIFIED;
    }
    return target.matches("\\d+")
        ? new TargetPort.Numbered(Integer.parseInt(target))
        : new TargetPort.Named(target);
  }

  private static ExportTo exportTo(Scope scope) {
    String annotation = scope.metadata().annotations().get(EXPORT_TO);
    if (annotation == null) {
      return ExportTo.BY_DEFAULT;
    }
    String written = annotation.strip();
    if (written.equals("*")) {
      return ExportTo.EVERYWHERE;
    }
    Set<Namespace> namespaces = new LinkedHashSet<>();
    for (String part : written.split(",", -1)) {
      String name = part.strip();
      if (!name.isEmpty() && !name.equals("~")) {
        namespaces.add(name.equals(".") ? scope.namespace() : new Namespace(name));
      }
    }
    return ExportTo.only(namespaces);
  }
}
