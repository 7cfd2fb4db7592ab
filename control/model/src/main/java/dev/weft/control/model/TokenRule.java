package dev.weft.control.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose tokens are believed, where they are looked for, and what becomes of them: one of a
 * RequestAuthentication's {@code jwtRules}.
 *
 * @param issuer empty: any
 * @param audiences of which a token must name one; none: it need not
 * @param keys none: no token of the issuer is believed
 * @param keyPlace where the keys are fetched; null: they are written beside it
 * @param outputs what the application sees of a token that is believed
 */
public record TokenRule(
    String issuer,
    List<String> audiences,
    List<TokenKey> keys,
    @Nullable KeyPlace keyPlace,
    Places places,
    Outputs outputs) {

  public TokenRule {
    audiences = List.copyOf(audiences);
    keys = List.copyOf(keys);
  }

  /** With the keys that were fetched. */
  public TokenRule with(List<TokenKey> fetched) {
    return new TokenRule(issuer, audiences, fetched, keyPlace, places, outputs);
  }

  /** Where tokens are looked for; one place at least. */
  public record Places(List<Header> headers, List<String> parameters, List<String> cookies) {

    /** Where they are looked for unless a rule says otherwise. */
    public static final Places DEFAULT =
        new Places(
            List.of(new Header("authorization", "Bearer ")), List.of("access_token"), List.of());

    public Places {
      headers = List.copyOf(headers);
      parameters = List.copyOf(parameters);
      cookies = List.copyOf(cookies);
    }
  }

  /**
   * @param name in lower case
   * @param prefix what stands before the token; empty: nothing
   */
  public record Header(String name, String prefix) {}

  /**
   * @param forwards whether the token stays where it was
   * @param payloadHeader which header gets the payload; empty: none
   * @param spaceDelimited claims whose text is a list, sorted
   */
  public record Outputs(
      boolean forwards,
      String payloadHeader,
      List<ClaimHeader> claims,
      List<String> spaceDelimited) {

    public Outputs {
      claims = List.copyOf(claims);
      spaceDelimited = List.copyOf(spaceDelimited);
    }
  }

  /**
   * @param claim with dots between the names of claims within claims
   */
  public record ClaimHeader(String header, String claim) {}
}
