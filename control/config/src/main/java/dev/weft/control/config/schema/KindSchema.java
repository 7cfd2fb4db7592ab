package dev.weft.control.config.schema;

import java.util.List;

/**
 * One kind of resource.
 *
 * @param group of its apiVersion; {@code core} for plain {@code v1}
 */
public record KindSchema(String kind, String group, List<String> versions, FieldSchema spec) {

  /** {@code networking.istio.io/v1}. */
  public String apiVersion(String version) {
    return group.equals("core") ? version : group + "/" + version;
  }
}
