package dev.weft.control.model;

/** A service account of a cluster. */
public record ServiceAccount(Namespace namespace, String name) {

  /** As policies name it: {@code namespace/name}. */
  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
