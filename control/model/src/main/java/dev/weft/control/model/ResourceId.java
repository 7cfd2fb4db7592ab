package dev.weft.control.model;

/** A resource as its author knows it: {@code VirtualService default/reviews}. */
public record ResourceId(String kind, Namespace namespace, String name)
    implements Comparable<ResourceId> {

  @Override
  public int compareTo(ResourceId other) {
    int byKind = kind.compareTo(other.kind);
    int byName = byKind != 0 ? byKind : name.compareTo(other.name);
    return byName != 0 ? byName : namespace.compareTo(other.namespace);
  }

  @Override
  public String toString() {
    return kind + " " + namespace + "/" + name;
  }
}
