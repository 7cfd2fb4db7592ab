package dev.weft.control.model;

import java.util.Set;

/**
 * Which namespaces see a resource. {@code .} is already replaced by the resource's own namespace.
 */
public record ExportTo(Kind kind, Set<Namespace> namespaces) {

  /** How it is said. */
  public enum Kind {
    /** Not at all: the mesh's default holds, which is everywhere unless it says otherwise. */
    BY_DEFAULT,
    EVERYWHERE,
    NAMED
  }

  public static final ExportTo BY_DEFAULT = new ExportTo(Kind.BY_DEFAULT, Set.of());

  public static final ExportTo EVERYWHERE = new ExportTo(Kind.EVERYWHERE, Set.of());

  public ExportTo {
    namespaces = Set.copyOf(namespaces);
  }

  public static ExportTo only(Set<Namespace> namespaces) {
    return new ExportTo(Kind.NAMED, namespaces);
  }

  public boolean everywhere() {
    return kind != Kind.NAMED;
  }

  public boolean includes(Namespace namespace) {
    return everywhere() || namespaces.contains(namespace);
  }
}
