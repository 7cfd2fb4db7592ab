package dev.weft.control.xds;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.weft.control.model.Caller;
import dev.weft.control.model.Locality;
import dev.weft.control.model.Namespace;
import dev.weft.control.xds.resource.Profile;
import io.envoyproxy.envoy.config.core.v3.Node;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Who is at the other end of a stream, by the node that its first request carries.
 *
 * @param node the node's id, for people
 * @param version of the agent or library; empty if not said
 */
record Client(String node, Profile profile, Caller caller, String version) {

  /** Where it says that it is; empty: it does not. */
  String address() {
    String[] parts = node.split("~", -1);
    return parts.length > 1 ? parts[1] : "";
  }

  /** {@code kind~address~instance.namespace~namespace.svc.cluster.local}, as Istio's nodes. */
  private static final Pattern NODE_ID =
      Pattern.compile("[^~]*~[^~]*~[^~]*~(?<namespace>[a-z0-9-]{1,63})\\.svc\\..*");

  private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  /**
   * Reads the node.
   *
   * @throws IllegalArgumentException where its namespace is no name
   */
  static Client of(Node node, Namespace defaultNamespace) {
    Map<String, Value> metadata = node.getMetadata().getFieldsMap();
    return new Client(
        node.getId(),
        profile(node),
        caller(node, metadata, defaultNamespace),
        metadata.containsKey("WEFT_VERSION")
            ? metadata.get("WEFT_VERSION").getStringValue()
            : node.getUserAgentVersion());
  }

  private static Caller caller(Node node, Map<String, Value> metadata, Namespace defaultNamespace) {
    Namespace namespace = namespace(node, metadata, defaultNamespace);
    Map<String, String> labels = labels(metadata);
    return node.hasLocality()
        ? new Caller(
            namespace,
            labels,
            new Locality(
                node.getLocality().getRegion(),
                node.getLocality().getZone(),
                node.getLocality().getSubZone()))
        : new Caller(namespace, labels);
  }

  private static Profile profile(Node node) {
    if (node.getMetadata().containsFields("WEFT_VERSION")) {
      return Profile.WEFT;
    }
    return node.getUserAgentName().toLowerCase(Locale.ROOT).contains("envoy")
        ? Profile.ENVOY
        : Profile.GRPC;
  }

  private static Namespace namespace(
      Node node, Map<String, Value> metadata, Namespace defaultNamespace) {
    Value given = metadata.get("NAMESPACE");
    if (given != null && !given.getStringValue().isEmpty()) {
      if (!NAMESPACE.matcher(given.getStringValue()).matches()) {
        throw new IllegalArgumentException(
            "node.metadata.NAMESPACE is no namespace (expected: a DNS label, such as \"default\")");
      }
      return new Namespace(given.getStringValue());
    }
    var id = NODE_ID.matcher(node.getId());
    return id.matches() ? new Namespace(id.group("namespace")) : defaultNamespace;
  }

  private static Map<String, String> labels(Map<String, Value> metadata) {
    Struct struct = metadata.getOrDefault("LABELS", Value.getDefaultInstance()).getStructValue();
    Map<String, String> labels = new HashMap<>();
    struct.getFieldsMap().forEach((name, value) -> labels.put(name, value.getStringValue()));
    return labels;
  }
}
