package dev.weft.control.kubernetes;

import dev.weft.control.config.schema.IgnoredKind;
import dev.weft.control.config.schema.KindSchema;
import dev.weft.control.config.schema.Schemas;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A kind of configuration that is followed, as the API server calls it.
 *
 * @param versions the newest first
 * @param needed whether nothing may be in force before it has been seen; those that have no effect
 *     need not be
 */
record WatchedKind(String kind, String group, List<String> versions, boolean needed) {

  /** The ConfigMap with Istio's settings of the mesh. */
  static final WatchedKind MESH_CONFIG = new WatchedKind("ConfigMap", "", List.of("v1"), true);

  private static final Pattern CONSONANT_Y = Pattern.compile("[^aeiou]y$");

  WatchedKind {
    versions = List.copyOf(versions);
  }

  /** Every kind that is read from files as well, and those that are told to have no effect. */
  static List<WatchedKind> all() {
    return Stream.concat(
            Schemas.all().stream().map(WatchedKind::of),
            IgnoredKind.all().stream()
                .map(it -> new WatchedKind(it.kind(), it.group(), it.versions(), false)))
        .toList();
  }

  static WatchedKind of(KindSchema schema) {
    String group = schema.group().equals("core") ? "" : schema.group();
    return new WatchedKind(schema.kind(), group, schema.versions(), true);
  }

  /** {@code serviceentries}. */
  String plural() {
    String lower = kind.toLowerCase(Locale.ROOT);
    return CONSONANT_Y.matcher(lower).find()
        ? lower.substring(0, lower.length() - 1) + "ies"
        : lower + "s";
  }

  /** Whether its status is ours to write. */
  boolean hasConditions() {
    return !group.isEmpty();
  }

  ResourceDefinitionContext context(String version) {
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
