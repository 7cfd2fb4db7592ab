package dev.weft.control.model;

import java.util.Map;

/** Who asks: rules may apply to some callers only. */
public record Caller(Namespace namespace, Map<String, String> labels, Locality locality) {

  /** Where its labels say. */
  public Caller(Namespace namespace, Map<String, String> labels) {
    this(namespace, labels, Locality.of(labels));
  }

  public Caller {
    labels = Map.copyOf(labels);
  }
}
