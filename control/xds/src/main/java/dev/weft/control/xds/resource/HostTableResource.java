package dev.weft.control.xds.resource;

import dev.weft.control.api.v1.HostTable;
import dev.weft.control.api.v1.OutboundTrafficPolicy;
import dev.weft.control.model.CallerView;
import dev.weft.control.model.Fqdn;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.RouteMatch;
import dev.weft.control.model.RoutingRule;
import dev.weft.control.model.Service;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Which hosts are the mesh's for one caller, under all their names. */
public final class HostTableResource {

  /**
   * What describes one message or one connection cannot be carried from one request to another,
   * even if a rule looks at it.
   */
  private static final Set<String> OF_ONE_MESSAGE =
      Set.of(
          "host",
          "connection",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "expect");

  private HostTableResource() {}

  public static HostTable of(MeshModel model, CallerView view) {
    NavigableSet<String> hosts = new TreeSet<>();
    NavigableSet<String> wildcards = new TreeSet<>();
    for (Service service : view.addressable()) {
      add(service.host(), hosts, wildcards);
      hosts.addAll(view.aliases(service));
      // A range of addresses names no host that an application could write.
      service.addresses().stream().filter(address -> !address.contains("/")).forEach(hosts::add);
    }
    view.hostsOfRulesAlone().forEach(host -> add(host, hosts, wildcards));
    wildcardsOfRulesAlone(model, view).forEach(host -> add(host, hosts, wildcards));
    HostTable.Builder table =
        HostTable.newBuilder()
            .addAllHosts(hosts)
            .addAllWildcards(wildcards)
            .addAllContextHeaders(contextHeaders(model))
            .addAllTcp(TcpServices.of(view));
    if (view.outbound() == dev.weft.control.model.OutboundTrafficPolicy.REGISTRY_ONLY) {
      table
          .setOutboundTrafficPolicy(OutboundTrafficPolicy.REGISTRY_ONLY)
          .addAllOpaquePorts(opaquePorts(view))
          .addAllKnown(KnownServices.of(view));
    }
    return table.build();
  }

  /** Whoever asks for these is no stranger, although no request is routed there. */
  private static NavigableSet<String> opaquePorts(CallerView view) {
    NavigableSet<String> ports = new TreeSet<>();
    for (Service service : view.addressable()) {
      NavigableSet<String> names = new TreeSet<>();
      add(service.host(), names, names);
      names.addAll(view.aliases(service));
      service.addresses().stream().filter(address -> !address.contains("/")).forEach(names::add);
      service.ports().stream()
          .filter(port -> !port.protocol().carriesRequests())
          .forEach(port -> names.forEach(name -> ports.add(authority(name, port.number()))));
    }
    return ports;
  }

  static String authority(String name, int port) {
    return (name.contains(":") ? "[" + name + "]" : name) + ":" + port;
  }

  private static void add(Fqdn host, NavigableSet<String> hosts, NavigableSet<String> wildcards) {
    if (host.isWildcard()) {
      wildcards.add(host.value().substring(1));
    } else {
      hosts.add(host.value());
    }
  }

  /** As in Istio, a rule for a wildcard speaks of services where it covers any, else for itself. */
  private static Stream<Fqdn> wildcardsOfRulesAlone(MeshModel model, CallerView view) {
    return model.rules().stream()
        .filter(view::sees)
        .filter(rule -> !rule.http().isEmpty())
        .flatMap(rule -> rule.hosts().stream())
        .filter(Fqdn::isWildcard)
        .filter(host -> model.services().stream().noneMatch(it -> host.covers(it.host())));
  }

  private static NavigableSet<String> contextHeaders(MeshModel model) {
    NavigableSet<String> names = new TreeSet<>();
    for (RoutingRule rule : model.rules()) {
      rule.http().stream()
          .flatMap(route -> route.matches().stream())
          .flatMap(HostTableResource::headersOf)
          .map(name -> name.toLowerCase(Locale.ROOT))
          .filter(HostTableResource::canBeCarried)
          .forEach(names::add);
    }
    return names;
  }

  private static Stream<String> headersOf(RouteMatch match) {
    return Stream.concat(
        match.headers().keySet().stream(), match.withoutHeaders().keySet().stream());
  }

  private static boolean canBeCarried(String name) {
    return !name.startsWith(":") && !name.startsWith("content-") && !OF_ONE_MESSAGE.contains(name);
  }
}
