package dev.weft.injector.webhook;

import java.io.IOException;
import java.util.Optional;

/** Where replicas share the certificate. */
interface CertificateStore {

  /**
   * A state as it was read.
   *
   * @param version by which a later change is noticed
   */
  record Versioned(CertificateState state, String version) {}

  /** What is there; empty: nothing. */
  Optional<Versioned> read() throws IOException;

  /** Writes the first one; false: somebody else was quicker. */
  boolean create(CertificateState state) throws IOException;

  /** Replaces one that was read; false: somebody else was quicker. */
  boolean replace(Versioned before, CertificateState state) throws IOException;
}
