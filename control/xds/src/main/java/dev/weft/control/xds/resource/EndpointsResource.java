package dev.weft.control.xds.resource;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.weft.control.model.Endpoint;
import dev.weft.control.model.EndpointGroup;
import dev.weft.control.model.EndpointGroups;
import dev.weft.control.model.Locality;
import dev.weft.control.model.Workload;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Endpoints by locality, each with the workload behind it, as istiod's endpoint builder does. */
public final class EndpointsResource {

  /**
   * What all weights together may be: Envoy takes 2^32, others count in signed integers. Larger
   * ones are scaled down, with their ratios kept.
   */
  private static final long MOST_WEIGHT = 1L << 30;

  private static final Comparator<Endpoint> BY_ADDRESS =
      Comparator.comparing(Endpoint::address).thenComparing(Endpoint::port);

  private EndpointsResource() {}

  /** By locality alone. */
  public static ClusterLoadAssignment of(String cluster, List<Endpoint> endpoints) {
    return ofGroups(cluster, EndpointGroups.of(endpoints));
  }

  /** In an order of its own, so that the order of registration does not make a new version. */
  public static ClusterLoadAssignment ofGroups(String cluster, List<EndpointGroup> groups) {
    long sum =
        groups.stream().flatMap(it -> it.endpoints().stream()).mapToLong(Endpoint::weight).sum();
    int divisor = Math.toIntExact(1 + sum / MOST_WEIGHT);
    ClusterLoadAssignment.Builder built =
        ClusterLoadAssignment.newBuilder().setClusterName(cluster);
    groups.forEach(group -> built.addEndpoints(group(group, divisor)));
    return built.build();
  }

  private static LocalityLbEndpoints group(EndpointGroup group, int divisor) {
    Locality locality = group.locality();
    int weight =
        group.weight() != null
            ? group.weight()
            : group.endpoints().stream().mapToInt(it -> weight(it, divisor)).sum();
    LocalityLbEndpoints.Builder built =
        LocalityLbEndpoints.newBuilder()
            .setLocality(
                io.envoyproxy.envoy.config.core.v3.Locality.newBuilder()
                    .setRegion(locality.region())
                    .setZone(locality.zone())
                    .setSubZone(locality.subzone()))
            .setPriority(group.priority())
            .setLoadBalancingWeight(Values.number(weight));
    group.endpoints().stream()
        .sorted(BY_ADDRESS)
        .map(member -> endpoint(member, divisor))
        .forEach(built::addLbEndpoints);
    return built.build();
  }

  /** Nobody who has a weight loses all of it. */
  private static int weight(Endpoint endpoint, int divisor) {
    return Math.max(1, endpoint.weight() / divisor);
  }

  private static LbEndpoint endpoint(Endpoint endpoint, int divisor) {
    return LbEndpoint.newBuilder()
        .setEndpoint(
            io.envoyproxy.envoy.config.endpoint.v3.Endpoint.newBuilder()
                .setAddress(Values.address(endpoint.address(), endpoint.port())))
        .setLoadBalancingWeight(Values.number(weight(endpoint, divisor)))
        .setMetadata(
            Metadata.newBuilder()
                .putFilterMetadata(
                    "istio",
                    Struct.newBuilder()
                        .putFields(
                            "workload",
                            Value.newBuilder().setStringValue(workload(endpoint)).build())
                        .build()))
        .build();
  }

  /**
   * {@code name;namespace;canonical service;canonical revision;cluster}; unknown parts are empty.
   */
  private static String workload(Endpoint endpoint) {
    Workload workload = endpoint.workload();
    String name = workload == null ? "" : workload.name();
    String namespace = workload == null ? "" : workload.namespace().value();
    Map<String, String> labels = endpoint.labels();
    String service =
        first(
            labels.get("service.istio.io/canonical-name"),
            labels.get("app.kubernetes.io/name"),
            labels.get("app"),
            name);
    String revision =
        first(
            labels.get("service.istio.io/canonical-revision"),
            labels.get("app.kubernetes.io/version"),
            labels.get("version"));
    return String.join(";", part(name), part(namespace), part(service), part(revision), "");
  }

  private static String first(@Nullable String... candidates) {
    for (String candidate : candidates) {
      if (candidate != null && !candidate.isEmpty()) {
        return candidate;
      }
    }
    return "";
  }

  /** A separator within a part would shift all that follow. */
  private static String part(String text) {
    return text.replace(';', '_');
  }
}
