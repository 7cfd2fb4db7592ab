package dev.weft.control.xds.resource;

import com.google.protobuf.Any;
import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.Value;
import dev.weft.control.model.LoadBalancing;
import dev.weft.control.model.Service;
import dev.weft.control.model.Service.Resolution;
import dev.weft.control.model.ServiceName;
import dev.weft.control.model.TcpKeepalive;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.DiscoveryType;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.EdsClusterConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LbPolicy;
import io.envoyproxy.envoy.config.cluster.v3.UpstreamConnectionOptions;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.ExplicitHttpConfig;
import java.util.Optional;

/** Clusters as istiod's cluster.go has them, as far as each profile can take them. */
public final class ClusterResource {

  private static final String PROTOCOL_OPTIONS =
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

  private static final ExplicitHttpConfig HTTP1 =
      ExplicitHttpConfig.newBuilder()
          .setHttpProtocolOptions(Http1ProtocolOptions.getDefaultInstance())
          .build();

  private static final ExplicitHttpConfig HTTP2 =
      ExplicitHttpConfig.newBuilder()
          .setHttp2ProtocolOptions(Http2ProtocolOptions.getDefaultInstance())
          .build();

  private final Profile profile;
  private final String domain;

  /** The domain is the suffix of in-mesh names, {@code cluster.local}. */
  public ClusterResource(Profile profile, String domain) {
    this.profile = profile;
    this.domain = domain;
  }

  /** Empty where the profile has no word for this kind of cluster. */
  public Optional<Cluster> of(dev.weft.control.model.Cluster cluster) {
    boolean understood = profile != Profile.GRPC || understoodByGrpc(cluster);
    if (!understood || !TransportSockets.canSpeak(cluster.policy().tls(), profile)) {
      return Optional.empty();
    }
    String name = Names.cluster(cluster.destination());
    Cluster.Builder built =
        Cluster.newBuilder()
            .setName(name)
            .setConnectTimeout(Values.duration(cluster.policy().connectTimeout()))
            .setCommonLbConfig(Outliers.common(cluster.policy()))
            .setCircuitBreakers(CircuitBreaking.of(cluster.policy()))
            .setMetadata(metadata(cluster));
    discovery(built, cluster);
    balancing(built, cluster);
    TcpKeepalive keepalive = cluster.policy().limits().keepalive();
    if (keepalive != null) {
      built.setUpstreamConnectionOptions(keepalive(keepalive));
    }
    if (cluster.policy().outlierDetection() != null) {
      built.setOutlierDetection(Outliers.detection(cluster.policy().outlierDetection()));
    }
    boolean http2 = speaksHttp2(cluster);
    HttpProtocolOptions.Builder protocol =
        HttpProtocolOptions.newBuilder().setExplicitHttpConfig(http2 ? HTTP2 : HTTP1);
    boolean named = TransportSockets.name(cluster.policy().tls(), protocol);
    if (http2 || named) {
      built.putTypedExtensionProtocolOptions(PROTOCOL_OPTIONS, Any.pack(protocol.build()));
    }
    new TransportSockets(profile, http2).of(cluster).ifPresent(built::setTransportSocket);
    return Optional.of(built.build());
  }

  private static UpstreamConnectionOptions keepalive(TcpKeepalive settings) {
    var keepalive = io.envoyproxy.envoy.config.core.v3.TcpKeepalive.newBuilder();
    if (settings.probes() > 0) {
      keepalive.setKeepaliveProbes(UInt32Value.of(settings.probes()));
    }
    if (settings.timeSeconds() > 0) {
      keepalive.setKeepaliveTime(UInt32Value.of(settings.timeSeconds()));
    }
    if (settings.intervalSeconds() > 0) {
      keepalive.setKeepaliveInterval(UInt32Value.of(settings.intervalSeconds()));
    }
    return UpstreamConnectionOptions.newBuilder().setTcpKeepalive(keepalive).build();
  }

  /** Whether the endpoints come as a resource of their own. */
  public static boolean hasEndpoints(dev.weft.control.model.Cluster cluster) {
    return cluster.service().resolution() == Resolution.STATIC && !isPassedThrough(cluster);
  }

  private static boolean isPassedThrough(dev.weft.control.model.Cluster cluster) {
    return cluster.policy().loadBalancer().simple() == LoadBalancing.PASSTHROUGH;
  }

  private static boolean understoodByGrpc(dev.weft.control.model.Cluster cluster) {
    return switch (cluster.service().resolution()) {
      case STATIC -> true;
      case DNS, DNS_ROUND_ROBIN -> cluster.endpoints().size() == 1;
      case NONE -> false;
    };
  }

  private void discovery(Cluster.Builder built, dev.weft.control.model.Cluster cluster) {
    if (isPassedThrough(cluster) && profile != Profile.GRPC) {
      built.setType(DiscoveryType.ORIGINAL_DST);
      return;
    }
    switch (cluster.service().resolution()) {
      case STATIC ->
          built
              .setType(DiscoveryType.EDS)
              .setEdsClusterConfig(
                  EdsClusterConfig.newBuilder()
                      .setEdsConfig(ListenerResource.ADS)
                      .setServiceName(built.getName()));
      case NONE -> built.setType(DiscoveryType.ORIGINAL_DST);
      case DNS ->
          built
              .setType(
                  profile == Profile.GRPC ? DiscoveryType.LOGICAL_DNS : DiscoveryType.STRICT_DNS)
              .setLoadAssignment(EndpointsResource.ofGroups(built.getName(), cluster.groups()));
      case DNS_ROUND_ROBIN ->
          built
              .setType(DiscoveryType.LOGICAL_DNS)
              .setLoadAssignment(EndpointsResource.ofGroups(built.getName(), cluster.groups()));
    }
  }

  private void balancing(Cluster.Builder built, dev.weft.control.model.Cluster cluster) {
    if (built.getType() == DiscoveryType.ORIGINAL_DST) {
      built.setLbPolicy(LbPolicy.CLUSTER_PROVIDED);
    } else if (profile == Profile.GRPC) {
      // Random is unknown to grpc-java, least request only behind a switch of its own.
      built.setLbPolicy(LbPolicy.ROUND_ROBIN);
    } else {
      LoadBalancers.apply(built, cluster.policy().loadBalancer());
    }
  }

  private static boolean speaksHttp2(dev.weft.control.model.Cluster cluster) {
    return switch (cluster.port().protocol()) {
      case HTTP2, GRPC, GRPC_WEB -> true;
      default -> false;
    };
  }

  /**
   * Who is called, for telemetry: istiod's {@code istio.services} and {@code istio.subset}; and
   * what only agents understand.
   */
  private Metadata metadata(dev.weft.control.model.Cluster cluster) {
    Service service = cluster.service();
    Struct called =
        Struct.newBuilder()
            .putFields("host", text(service.host().value()))
            .putFields("name", text(shortName(service)))
            .putFields("namespace", text(service.namespace().value()))
            .build();
    Struct.Builder istio =
        Struct.newBuilder()
            .putFields(
                "services",
                Value.newBuilder()
                    .setListValue(
                        ListValue.newBuilder().addValues(Value.newBuilder().setStructValue(called)))
                    .build());
    if (!cluster.destination().subset().isEmpty()) {
      istio.putFields("subset", text(cluster.destination().subset()));
    }
    Metadata.Builder metadata = Metadata.newBuilder().putFilterMetadata("istio", istio.build());
    OwnMetadata.add(cluster.policy(), metadata);
    return metadata.build();
  }

  private String shortName(Service service) {
    return service.origin() == Service.Origin.SERVICE_ENTRY
        ? service.host().value()
        : ServiceName.of(service.host(), domain)
            .map(ServiceName::name)
            .orElse(service.host().value());
  }

  private static Value text(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }
}
