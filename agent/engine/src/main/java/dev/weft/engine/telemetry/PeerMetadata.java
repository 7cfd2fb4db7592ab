package dev.weft.engine.telemetry;

import dev.weft.engine.config.Cluster.Workload;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Istio's peer metadata: {@code x-envoy-peer-metadata} is the base64 of a protobuf {@code Struct},
 * {@code x-envoy-peer-metadata-id} the node it comes from. Reads and writes the few shapes of a
 * Struct that are used there; what else is in it is skipped.
 */
public final class PeerMetadata {

  public static final String HEADER = "x-envoy-peer-metadata";
  public static final String ID_HEADER = "x-envoy-peer-metadata-id";

  /** Longer ones are not read: a peer's description has no need of it. */
  static final int LONGEST = 8192;

  private static final String CANONICAL_NAME = "service.istio.io/canonical-name";
  private static final String CANONICAL_REVISION = "service.istio.io/canonical-revision";

  private PeerMetadata() {}

  /** The header's value for this workload. */
  public static String encode(LocalWorkload local) {
    Workload workload = local.workload();
    Map<String, String> labels = new TreeMap<>(local.labels());
    labels.put("app", workload.app());
    labels.put("version", workload.version());
    labels.put(CANONICAL_NAME, workload.canonicalService());
    labels.put(CANONICAL_REVISION, workload.canonicalRevision());
    ByteArrayOutputStream struct = new ByteArrayOutputStream(512);
    Struct.string(struct, "CLUSTER_ID", workload.cluster());
    Struct.struct(struct, "LABELS", labels);
    Struct.string(struct, "NAME", local.instance());
    Struct.string(struct, "NAMESPACE", workload.namespace());
    Struct.string(
        struct,
        "OWNER",
        "kubernetes://apis/apps/v1/namespaces/"
            + workload.namespace()
            + "/deployments/"
            + workload.name());
    Struct.string(struct, "WORKLOAD_NAME", workload.name());
    return Base64.getEncoder().encodeToString(struct.toByteArray());
  }

  /** Reads the header's value; null when it is not one. */
  public static @Nullable Workload decode(String value) {
    if (value.length() > LONGEST) {
      return null;
    }
    try {
      byte[] bytes = Base64.getDecoder().decode(value.getBytes(StandardCharsets.ISO_8859_1));
      Reading reading = new Reading();
      Struct.read(bytes, reading);
      return reading.workload();
    } catch (IllegalArgumentException e) {
      return null; // not base64, or not a Struct: whoever sent it stays unknown
    }
  }

  private static final class Reading implements BiConsumer<String, String> {
    private final Map<String, String> found = new TreeMap<>();

    @Override
    public void accept(String key, String value) {
      found.put(key, value);
    }

    Workload workload() {
      String app = get("LABELS/app");
      String version = get("LABELS/version");
      return new Workload(
          get("WORKLOAD_NAME"),
          get("NAMESPACE"),
          or(get("LABELS/" + CANONICAL_NAME), app),
          or(get("LABELS/" + CANONICAL_REVISION), version),
          app,
          version,
          get("CLUSTER_ID"));
    }

    private String get(String key) {
      String value = found.get(key);
      return value == null || value.isEmpty() ? "unknown" : value;
    }

    private static String or(String value, String other) {
      return value.equals("unknown") ? other : value;
    }
  }
}
