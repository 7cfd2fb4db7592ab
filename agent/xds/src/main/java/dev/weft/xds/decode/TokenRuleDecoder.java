package dev.weft.xds.decode;

import dev.weft.engine.config.TokenRule;
import dev.weft.engine.config.TokenRule.ClaimHeader;
import dev.weft.engine.config.TokenRule.HeaderPlace;
import dev.weft.engine.config.TokenRule.Outputs;
import dev.weft.engine.config.TokenRule.Places;
import dev.weft.xds.proto.RequestAuthentication;
import dev.weft.xds.proto.TokenClaimHeader;
import dev.weft.xds.proto.TokenHeader;
import dev.weft.xds.proto.TokenKey;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code weft.control.v1.RequestAuthentication}: whose tokens are believed. */
final class TokenRuleDecoder {

  /** The JDK's names of the kinds of keys, by the algorithms that they are for. */
  private static final Map<String, String> KINDS =
      Map.of(
          "RS256", "RSA", "RS384", "RSA", "RS512", "RSA", "PS256", "RSA", "PS384", "RSA", "PS512",
          "RSA", "ES256", "EC", "ES384", "EC", "ES512", "EC", "EdDSA", "Ed25519");

  private TokenRuleDecoder() {}

  static List<TokenRule> decode(RequestAuthentication written, Where where)
      throws InvalidResourceException {
    List<TokenRule> rules = new ArrayList<>();
    for (int i = 0; i < written.rules().size(); i++) {
      rules.add(rule(written.rules().get(i), where.in("rules", i)));
    }
    return rules;
  }

  private static TokenRule rule(dev.weft.xds.proto.TokenRule rule, Where where)
      throws InvalidResourceException {
    List<TokenRule.Key> keys = new ArrayList<>();
    for (int i = 0; i < rule.keys().size(); i++) {
      keys.add(key(rule.keys().get(i), where.in("keys", i)));
    }
    List<HeaderPlace> headers = new ArrayList<>();
    for (TokenHeader header : rule.fromHeaders()) {
      headers.add(new HeaderPlace(header.name(), header.prefix()));
    }
    Places places = new Places(headers, rule.fromParams(), rule.fromCookies());
    if (headers.isEmpty() && places.parameters().isEmpty() && places.cookies().isEmpty()) {
      throw where.refuse("no place to look for tokens (expected: one at least)");
    }
    List<ClaimHeader> claims = new ArrayList<>();
    for (TokenClaimHeader each : rule.claimHeaders()) {
      claims.add(new ClaimHeader(each.header(), each.claim()));
    }
    return new TokenRule(
        rule.issuer(),
        rule.audiences(),
        keys,
        places,
        new Outputs(
            rule.forward(), rule.payloadHeader(), claims, Set.copyOf(rule.spaceDelimitedClaims())));
  }

  private static TokenRule.Key key(TokenKey key, Where where) throws InvalidResourceException {
    String kind = null;
    for (String algorithm : key.algorithms()) {
      String its = KINDS.get(algorithm);
      if (its == null || (kind != null && !kind.equals(its))) {
        throw where
            .in("algorithms")
            .refuse(key.algorithms() + " (expected: algorithms of one kind of public key)");
      }
      kind = its;
    }
    if (kind == null) {
      throw where.in("algorithms").refuse("none (expected: one at least)");
    }
    return new TokenRule.Key(
        key.id(), Set.copyOf(key.algorithms()), publicKey(kind, key.publicKey(), where));
  }

  private static PublicKey publicKey(String kind, byte[] encoded, Where where)
      throws InvalidResourceException {
    try {
      return KeyFactory.getInstance(kind).generatePublic(new X509EncodedKeySpec(encoded));
    } catch (GeneralSecurityException e) {
      throw where
          .in("public_key")
          .refuse(
              encoded.length + " bytes (expected: the SubjectPublicKeyInfo of a " + kind + " key)");
    }
  }
}
