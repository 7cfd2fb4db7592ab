package dev.weft.control.config;

import dev.weft.control.model.ResourceId;
import dev.weft.control.model.SourceLocation;
import java.util.Map;

/**
 * What every resource says about itself.
 *
 * @param location where its {@code kind} is written
 * @param created {@code metadata.creationTimestamp}, RFC 3339 in UTC so that it sorts as text;
 *     empty in files, as a rule
 */
public record Metadata(
    ResourceId id, SourceLocation location, String created, Map<String, String> annotations) {

  public Metadata {
    annotations = Map.copyOf(annotations);
  }
}
