package dev.weft.control.model;

import java.util.Set;

/**
 * Which namespaces see a resource. {@code .} is already replaced by the resource's own namespace.
 */
public record ExportTo(boolean everywhere, Set<Namespace> namespaces) {

  public static final ExportTo EVERYWHERE = new ExportTo(true, Set.of());

  public ExportTo {
    namespaces = Set.copyOf(namespaces);
  }

  public static ExportTo only(Set<Namespace> namespaces) {
    return new ExportTo(false, namespaces);
  }

  public boolean includes(Namespace namespace) {
    return everywhere || namespaces.contains(namespace);
  }
}
