package dev.weft.engine;

import dev.weft.engine.config.SpiffeId;
import org.jspecify.annotations.Nullable;

/** {@code x-forwarded-client-cert}: who the caller is, for the application. */
final class ForwardedClientCert {

  static final String NAME = "x-forwarded-client-cert";

  private ForwardedClientCert() {}

  /**
   * As Envoy writes it, of what both certificates have proved. Nothing has to be quoted: an
   * identity has neither commas, semicolons, equals signs nor quotes.
   *
   * @param own null: not known, which is left out
   */
  static String of(@Nullable SpiffeId own, SpiffeId peer) {
    return own == null ? "URI=" + peer : "By=" + own + ";URI=" + peer;
  }
}
