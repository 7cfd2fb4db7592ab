package dev.weft.control.model;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Whom the mesh believes: the roots to which certificates may lead.
 *
 * @param roots empty: nobody has an identity
 */
public record TrustBundle(List<X509Certificate> roots) {

  public static final TrustBundle NONE = new TrustBundle(List.of());

  public TrustBundle {
    roots = List.copyOf(roots);
  }
}
