package dev.weft.engine.config;

import java.security.PublicKey;
import java.util.List;
import java.util.Set;

/**
 * Whose tokens are believed, where they are looked for, and what becomes of them: one provider of
 * Envoy's {@code jwt_authn}.
 *
 * @param issuer empty: any
 * @param audiences of which a token must name one; none: it need not
 * @param keys none: no token of the issuer is believed
 * @param outputs what the application sees of a token that is
 */
public record TokenRule(
    String issuer, List<String> audiences, List<Key> keys, Places places, Outputs outputs) {

  public TokenRule {
    audiences = List.copyOf(audiences);
    keys = List.copyOf(keys);
  }

  /**
   * A key that signatures are verified with.
   *
   * @param id the JWK's {@code kid}; empty: it has none
   * @param algorithms that it may be used with, as JWS names them; no other, whatever a token says
   */
  public record Key(String id, Set<String> algorithms, PublicKey key) {

    public Key {
      algorithms = Set.copyOf(algorithms);
    }
  }

  /** Where tokens are looked for. */
  public record Places(List<HeaderPlace> headers, List<String> parameters, List<String> cookies) {

    public Places {
      headers = List.copyOf(headers);
      parameters = List.copyOf(parameters);
      cookies = List.copyOf(cookies);
    }
  }

  /**
   * @param name in lower case
   * @param prefix what stands before the token, such as {@code "Bearer "}; without it there is none
   */
  public record HeaderPlace(String name, String prefix) {}

  /**
   * @param forwards whether the token stays where it was
   * @param payloadHeader which header gets the payload, in base64url; empty: none
   * @param spaceDelimited claims whose text is a list, written with spaces between
   */
  public record Outputs(
      boolean forwards,
      String payloadHeader,
      List<ClaimHeader> claims,
      Set<String> spaceDelimited) {

    public Outputs {
      claims = List.copyOf(claims);
      spaceDelimited = Set.copyOf(spaceDelimited);
    }
  }

  /**
   * @param claim with dots between the names of claims within claims
   */
  public record ClaimHeader(String header, String claim) {}
}
