package dev.weft.xds.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.weft.control.api.v1.Authorization;
import dev.weft.control.api.v1.RequestAuthentication;
import dev.weft.control.api.v1.RequestAuthentication.ClaimHeader;
import dev.weft.control.api.v1.RequestAuthentication.Header;
import dev.weft.control.api.v1.RequestAuthentication.Key;
import dev.weft.control.api.v1.RequestAuthentication.Rule;
import dev.weft.engine.config.TokenRule;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Rules for tokens as the wire has them. */
class TokenRuleDecodeTest {

  private static final PublicKey CURVE = key("EC");

  private static PublicKey key(String kind) {
    try {
      return KeyPairGenerator.getInstance(kind).generateKeyPair().getPublic();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Key.Builder written(PublicKey key, String... algorithms) {
    return Key.newBuilder()
        .setId("k")
        .addAllAlgorithms(List.of(algorithms))
        .setPublicKey(ByteString.copyFrom(key.getEncoded()));
  }

  private static Rule.Builder rule(Key.Builder... keys) {
    Rule.Builder rule = Rule.newBuilder().setIssuer("https://iris").addFromParams("t");
    for (Key.Builder key : keys) {
      rule.addKeys(key);
    }
    return rule;
  }

  private static List<TokenRule> decode(Rule.Builder... rules) throws InvalidResourceException {
    RequestAuthentication.Builder all = RequestAuthentication.newBuilder();
    for (Rule.Builder rule : rules) {
      all.addRules(rule);
    }
    return ResourceType.AUTHORIZATION
        .decode(
            Authorization.newBuilder()
                .addFilters(
                    Authorization.Filter.newBuilder()
                        .setTypeUrl("type.googleapis.com/weft.control.v1.RequestAuthentication")
                        .setValue(all.build().toByteString()))
                .build()
                .toByteArray(),
            field -> {
              throw new AssertionError("ignored: " + field);
            })
        .tokens();
  }

  private static void refused(Rule.Builder rule, String message) {
    assertThatThrownBy(() -> decode(rule))
        .isInstanceOf(InvalidResourceException.class)
        .hasMessageContaining(message);
  }

  @Test
  void everything() throws InvalidResourceException {
    PublicKey edwards = key("Ed25519");
    PublicKey rsa = key("RSA");
    List<TokenRule> rules =
        decode(
            rule(written(CURVE, "ES384"), written(edwards, "EdDSA"), written(rsa, "RS256", "PS512"))
                .addAudiences("a")
                .addFromHeaders(Header.newBuilder().setName("x").setPrefix("p "))
                .addFromCookies("c")
                .setPayloadHeader("x-p")
                .addClaimHeaders(ClaimHeader.newBuilder().setHeader("x-s").setClaim("s.t"))
                .setForward(true)
                .addSpaceDelimitedClaims("scope"),
            rule());
    assertThat(rules.get(0))
        .isEqualTo(
            new TokenRule(
                "https://iris",
                List.of("a"),
                List.of(
                    new TokenRule.Key("k", Set.of("ES384"), CURVE),
                    new TokenRule.Key("k", Set.of("EdDSA"), edwards),
                    new TokenRule.Key("k", Set.of("RS256", "PS512"), rsa)),
                new TokenRule.Places(
                    List.of(new TokenRule.HeaderPlace("x", "p ")), List.of("t"), List.of("c")),
                new TokenRule.Outputs(
                    true,
                    "x-p",
                    List.of(new TokenRule.ClaimHeader("x-s", "s.t")),
                    Set.of("scope"))));
    assertThat(rules.get(1).keys()).isEmpty();
  }

  @Test
  void whatIsNotUnderstoodIsRefused() {
    refused(Rule.newBuilder(), "filters[0].rules[0]: no place to look for tokens");
    refused(rule(written(CURVE)), "keys[0].algorithms: none (expected: one at least)");
    refused(rule(written(CURVE, "HS256")), "[HS256] (expected: algorithms of one kind");
    refused(rule(written(CURVE, "none")), "[none] (expected: algorithms of one kind");
    refused(rule(written(CURVE, "ES256", "RS256")), "(expected: algorithms of one kind");
    refused(rule(written(CURVE, "RS256")), "(expected: the SubjectPublicKeyInfo of a RSA key)");
    refused(rule(Key.newBuilder().addAlgorithms("EdDSA")), "keys[0].public_key: 0 bytes (expected");
    refused(
        rule()
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                    .build()),
        "field 99");
  }
}
