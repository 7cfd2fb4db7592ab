package dev.weft.engine.wire;

import dev.weft.engine.config.InboundSecurity;
import dev.weft.engine.config.SpiffeId;
import java.util.TreeSet;

/** Why connections and requests are refused: a few words that are counted by, and the details. */
final class Refusals {

  static final String PLAINTEXT = "plaintext: mutual TLS is required";
  static final String FOREIGN_TLS =
      "foreign TLS: not the mesh's, at a port that is not in weft.own.tls.ports";
  static final String UNREADABLE = "unreadable policy: it has what this agent does not know";

  private Refusals() {}

  static String bypass(String library) {
    return "bypass: " + library + " is loaded, whose connections are not the mesh's";
  }

  static String trustDomain(SpiffeId peer, InboundSecurity inbound) {
    return "trust domain: "
        + peer
        + " (expected: one of "
        + new TreeSet<>(inbound.trustDomains())
        + ")";
  }
}
