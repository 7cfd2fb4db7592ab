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

  /** Writes the first one, unless somebody else was quicker. */
  void create(CertificateState state) throws IOException;

  /** Replaces one that was read, unless somebody else was quicker. */
  void replace(Versioned before, CertificateState state) throws IOException;
}
