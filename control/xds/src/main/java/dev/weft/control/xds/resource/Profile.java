package dev.weft.control.xds.resource;

/** What a kind of client understands, and how it asks. */
public enum Profile {
  /** Weft's agent: asks for listeners and is given everything that they lead to. */
  WEFT,
  /**
   * grpc-java and its sisters, and whoever does not say who he is: what one of them would reject is
   * left out (other policies than round robin, DNS clusters of several names, original
   * destinations), because one such field costs it the whole resource.
   */
  GRPC,
  /** Envoy: may ask for all clusters; listeners without a socket are hidden from its wildcard. */
  ENVOY;

  /** Whether names that follow from a listener are sent without being asked for. */
  public boolean takesBundles() {
    return this == WEFT;
  }
}
