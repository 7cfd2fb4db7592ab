package dev.weft.control.model;

/** A namespace, as in {@code reviews.<b>default</b>.svc.cluster.local}. */
public record Namespace(String value) implements Comparable<Namespace> {

  public Namespace {
    if (value.isBlank()) {
      throw new IllegalArgumentException("namespace: \"" + value + "\" (expected: a name)");
    }
  }

  @Override
  public int compareTo(Namespace other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
