package dev.weft.control.config.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** All kinds that are read field by field. */
public final class Schemas {

  private static final List<String> KINDS =
      List.of(
          "VirtualService",
          "DestinationRule",
          "ServiceEntry",
          "WorkloadEntry",
          "WorkloadGroup",
          "Sidecar",
          "Service",
          "PeerAuthentication",
          "RateLimit",
          "RequestAuthentication",
          "AuthorizationPolicy");

  private static final List<KindSchema> ALL = KINDS.stream().map(Schemas::load).toList();

  private static final KindSchema MESH_CONFIG = load("MeshConfig");

  private static final KindSchema OBJECT_META = load("ObjectMeta");

  private Schemas() {}

  /** Of every kind's {@code metadata}: Kubernetes' ObjectMeta. */
  public static FieldSchema metadata() {
    return OBJECT_META.spec();
  }

  /** Of Istio's MeshConfig, which is no resource. */
  public static KindSchema meshConfig() {
    return MESH_CONFIG;
  }

  public static List<KindSchema> all() {
    return ALL;
  }

  public static Optional<KindSchema> of(String group, String kind) {
    return ALL.stream()
        .filter(schema -> schema.kind().equals(kind) && schema.group().equals(group))
        .findFirst();
  }

  private static KindSchema load(String kind) {
    try (InputStream in = Schemas.class.getResourceAsStream(kind + ".schema")) {
      if (in == null) {
        throw new IllegalStateException("missing resource " + kind + ".schema");
      }
      return new SchemaParser().parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
