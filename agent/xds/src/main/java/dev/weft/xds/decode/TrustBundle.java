package dev.weft.xds.decode;

import java.security.cert.X509Certificate;
import java.util.List;

/** Whom the mesh believes; at least one root. */
public record TrustBundle(List<X509Certificate> roots) {

  public TrustBundle {
    roots = List.copyOf(roots);
  }
}
