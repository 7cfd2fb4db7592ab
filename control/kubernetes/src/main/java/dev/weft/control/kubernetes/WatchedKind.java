package dev.weft.control.kubernetes;

import dev.weft.control.config.schema.KindSchema;
import dev.weft.control.config.schema.Schemas;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.List;
import java.util.Locale;

/** A kind of configuration that is followed, as the API server calls it. */
record WatchedKind(String kind, String group, String version) {

  /** The ConfigMap with Istio's settings of the mesh. */
  static final WatchedKind MESH_CONFIG = new WatchedKind("ConfigMap", "", "v1");

  /** Every kind that is read from files as well; of each the version that is stored. */
  static List<WatchedKind> all() {
    return Schemas.all().stream().map(WatchedKind::of).toList();
  }

  static WatchedKind of(KindSchema schema) {
    String group = schema.group().equals("core") ? "" : schema.group();
    return new WatchedKind(schema.kind(), group, schema.versions().get(0));
  }

  /** {@code serviceentries}. */
  String plural() {
    String lower = kind.toLowerCase(Locale.ROOT);
    return lower.endsWith("y") ? lower.substring(0, lower.length() - 1) + "ies" : lower + "s";
  }

  ResourceDefinitionContext context() {
    return new ResourceDefinitionContext.Builder()
        .withGroup(group)
        .withVersion(version)
        .withKind(kind)
        .withPlural(plural())
        .withNamespaced(true)
        .build();
  }

  /** {@code serviceentries.networking.istio.io}. */
  @Override
  public String toString() {
    return group.isEmpty() ? plural() : plural() + "." + group;
  }
}
