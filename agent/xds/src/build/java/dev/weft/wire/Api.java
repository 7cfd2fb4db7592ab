package dev.weft.wire;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * All messages there are, by full name: Envoy's from the classes of the Maven artifact that carries
 * its API, Weft's from a descriptor set.
 */
record Api(Map<String, Descriptor> messages) {

  private static final List<String> ENVOY =
      List.of(
          "io.envoyproxy.envoy.service.discovery.v3.DiscoveryProto",
          "io.envoyproxy.envoy.config.listener.v3.ListenerProto",
          "io.envoyproxy.envoy.config.route.v3.RouteProto",
          "io.envoyproxy.envoy.config.cluster.v3.ClusterProto",
          "io.envoyproxy.envoy.config.endpoint.v3.EndpointProto",
          "io.envoyproxy.envoy.extensions.filters.http.fault.v3.FaultProto",
          "io.envoyproxy.envoy.extensions.filters.http.cors.v3.CorsProto",
          "io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RbacProto",
          "io.envoyproxy.envoy.extensions.path.match.uri_template.v3.UriTemplateMatchProto",
          "io.envoyproxy.envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimitProto",
          "io.envoyproxy.envoy.extensions.filters.http.ratelimit.v3.RateLimitProto",
          "io.envoyproxy.envoy.extensions.rate_limit_descriptors.expr.v3.ExprProto",
          "io.envoyproxy.envoy.service.ratelimit.v3.RlsProto",
          "io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.ExtAuthzProto",
          "io.envoyproxy.envoy.service.auth.v3.ExternalAuthProto",
          "io.envoyproxy.envoy.extensions.retry.priority.previous_priorities.v3."
              + "PreviousPrioritiesConfigProto",
          "io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsProto",
          "io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptionsProto",
          "io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3."
              + "HttpConnectionManagerProto");

  static Api read(Path descriptorSet) throws IOException {
    Api api = new Api(new TreeMap<>());
    Deque<FileDescriptor> open = new ArrayDeque<>();
    for (String outerClass : ENVOY) {
      open.add(fileOf(outerClass));
    }
    for (FileDescriptorProto file :
        FileDescriptorSet.parseFrom(Files.readAllBytes(descriptorSet)).getFileList()) {
      open.add(standalone(file));
    }
    Set<String> seen = new HashSet<>();
    while (!open.isEmpty()) {
      FileDescriptor file = open.poll();
      if (seen.add(file.getName())) {
        open.addAll(file.getDependencies());
        file.getMessageTypes().forEach(api::add);
      }
    }
    return api;
  }

  private static FileDescriptor fileOf(String outerClass) {
    try {
      return (FileDescriptor) Class.forName(outerClass).getMethod("getDescriptor").invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(outerClass + ": not in the artifact with Envoy's API", e);
    }
  }

  /** Weft's own files import nothing. */
  private static FileDescriptor standalone(FileDescriptorProto file) {
    try {
      return FileDescriptor.buildFrom(file, new FileDescriptor[0]);
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException(file.getName(), e);
    }
  }

  private void add(Descriptor message) {
    messages.put(message.getFullName(), message);
    message.getNestedTypes().forEach(this::add);
  }
}
