package dev.weft.control.model;

import java.util.Map;

/** A named part of a service's endpoints: those that carry all of the labels. */
public record Subset(String name, Map<String, String> labels, PolicySettings settings) {

  public Subset {
    labels = Map.copyOf(labels);
  }
}
