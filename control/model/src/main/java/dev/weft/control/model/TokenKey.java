package dev.weft.control.model;

import java.util.List;

/**
 * A key that signatures of tokens are verified with.
 *
 * @param id the JWK's {@code kid}; empty: it has none
 * @param algorithms that it may be used with, as JWS names them; never empty
 * @param publicKey an X.509 SubjectPublicKeyInfo, DER in base64
 */
public record TokenKey(String id, List<String> algorithms, String publicKey) {

  public TokenKey {
    algorithms = List.copyOf(algorithms);
  }
}
