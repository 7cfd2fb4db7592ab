package dev.weft.control.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.control.config.keys.Discovery;
import dev.weft.control.config.keys.KeySet;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.KeyPlace;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.TokenKey;
import dev.weft.control.model.TokenRule;
import dev.weft.control.model.TokenRule.ClaimHeader;
import dev.weft.control.model.TokenRule.Header;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** RequestAuthentications and key sets as they are read. */
class RequestAuthenticationConfigTest {

  private static MeshModel read(String rules) {
    return new Mesh()
        .file(
            "tokens.yaml",
            """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: r, namespace: shop}
            spec:
              selector: {matchLabels: {app: a}}
              jwtRules:
            """
                + rules.indent(2))
        .model();
  }

  private static TokenRule rule(String written) {
    return read(written).requestAuthentication().get(0).rules().get(0);
  }

  private static String encoded(BigInteger number, int length) {
    byte[] bytes = number.toByteArray();
    byte[] padded = new byte[length];
    int from = Math.max(0, bytes.length - length);
    System.arraycopy(bytes, from, padded, length - bytes.length + from, bytes.length - from);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(padded);
  }

  private static String rsa(int bits, String more) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits);
    RSAPublicKey key = (RSAPublicKey) generator.generateKeyPair().getPublic();
    return "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"%s\"%s}"
        .formatted(encoded(key.getModulus(), bits / 8), more);
  }

  private static String set(String... keys) {
    return "{\"keys\":[" + String.join(",", keys) + "]}";
  }

  @Test
  void everyField() {
    TokenRule rule =
        rule(
            """
            - issuer: https://iris
              audiences: [a, b]
              jwksUri: https://iris/keys
              timeout: 2s
              fromHeaders: [{name: X-Token, prefix: "t "}]
              fromParams: [p]
              fromCookies: [c]
              outputPayloadToHeader: X-Payload
              outputClaimToHeaders: [{header: X-Sub, claim: sub}]
              forwardOriginalToken: true
              spaceDelimitedClaims: [roles]
            """);
    assertThat(rule)
        .isEqualTo(
            new TokenRule(
                "https://iris",
                List.of("a", "b"),
                List.of(),
                new KeyPlace("https://iris/keys", false, Duration.ofSeconds(2)),
                new TokenRule.Places(
                    List.of(new Header("x-token", "t ")), List.of("p"), List.of("c")),
                new TokenRule.Outputs(
                    true,
                    "x-payload",
                    List.of(new ClaimHeader("x-sub", "sub")),
                    List.of("permission", "roles", "scope"))));
    TokenRule usual = rule("- {issuer: \"https://iris\"}");
    assertThat(usual.places()).isEqualTo(TokenRule.Places.DEFAULT);
    assertThat(usual.keyPlace())
        .isEqualTo(new KeyPlace("https://iris", true, Duration.ofSeconds(5)));
    assertThat(rule("- {jwks_uri: \"https://iris/keys\"}").issuer()).isEmpty();
  }

  @Test
  void rulesAreSortedByIssuerAndForWhomTheyAreSelected() {
    MeshModel model = read("- {issuer: \"https://b\"}\n- {issuer: \"https://a\"}");
    assertThat(model.tokenRules(new Namespace("shop"), Map.of("app", "a")))
        .extracting(TokenRule::issuer)
        .containsExactly("https://a", "https://b");
    assertThat(model.tokenRules(new Namespace("shop"), Map.of("app", "b"))).isEmpty();
    assertThat(model.tokenRules(new Namespace("other"), Map.of("app", "a"))).isEmpty();
    assertThat(model.findings())
        .anySatisfy(finding -> assertThat(finding.code()).isEqualTo(FindingCode.NOTHING_SELECTED));
  }

  @Test
  void keysAreForWhatTheySayElseForTheirKind() throws GeneralSecurityException {
    KeyPairGenerator curve = KeyPairGenerator.getInstance("EC");
    curve.initialize(new ECGenParameterSpec("secp384r1"));
    ECPublicKey point = (ECPublicKey) curve.generateKeyPair().getPublic();
    String ec =
        "{\"kty\":\"EC\",\"crv\":\"P-384\",\"kid\":\"e\",\"x\":\"%s\",\"y\":\"%s\"}"
            .formatted(
                encoded(point.getW().getAffineX(), 48), encoded(point.getW().getAffineY(), 48));
    EdECPublicKey edwards =
        (EdECPublicKey) KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic();
    byte[] info = edwards.getEncoded();
    String okp =
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"%s\"}"
            .formatted(
                Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(Arrays.copyOfRange(info, info.length - 32, info.length)));
    KeySet set =
        KeySet.parse(
            set(
                rsa(2048, ",\"alg\":\"PS256\",\"kid\":\"r\",\"use\":\"sig\""),
                rsa(2048, ""),
                ec,
                okp,
                rsa(1024, ""),
                rsa(2048, ",\"use\":\"enc\""),
                rsa(2048, ",\"alg\":\"RSA-OAEP\""),
                rsa(2048, ",\"key_ops\":[\"encrypt\"]"),
                "{\"kty\":\"quantum\"}"));
    assertThat(set.keys())
        .extracting(TokenKey::algorithms)
        .containsExactly(
            List.of("PS256"),
            List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
            List.of("ES384"),
            List.of("EdDSA"));
    assertThat(set.keys()).extracting(TokenKey::id).containsExactly("r", "", "e", "");
    assertThat(set.keys().get(2).publicKey())
        .isEqualTo(Base64.getEncoder().encodeToString(point.getEncoded()));
    assertThat(set.keys().get(3).publicKey()).isEqualTo(Base64.getEncoder().encodeToString(info));
    assertThat(set.hasSecrets()).isFalse();
  }

  @Test
  void secretsAreNoKeysAndAreTold() throws GeneralSecurityException {
    String symmetric = "{\"kty\":\"oct\",\"alg\":\"HS256\",\"k\":\"c2VjcmV0\"}";
    KeySet set = KeySet.parse(set(symmetric, rsa(2048, "")));
    assertThat(set.keys()).hasSize(1);
    assertThat(set.hasSecrets()).isTrue();
    MeshModel model = read("- {issuer: a, jwks: '" + set(symmetric, rsa(2048, "")) + "'}");
    assertThat(model.findings())
        .anySatisfy(
            finding -> {
              assertThat(finding.code()).isEqualTo(FindingCode.SECRET_KEYS);
              assertThat(finding.field()).isEqualTo("spec.jwtRules[0].jwks");
              assertThat(finding.message()).doesNotContain("c2VjcmV0");
            });
    assertThatThrownBy(() -> KeySet.parse(set(symmetric)))
        .hasMessageContaining("none of which can be used");
  }

  @Test
  void issuersSayWhereTheirKeysAre() {
    assertThat(Discovery.url("https://iris/"))
        .isEqualTo("https://iris/.well-known/openid-configuration");
    String document = "{\"issuer\":\"https://iris\",\"jwks_uri\":\"https://iris/k\"}";
    assertThat(Discovery.keys(document, "https://iris")).isEqualTo("https://iris/k");
    assertThatThrownBy(() -> Discovery.keys(document, "https://eve"))
        .hasMessageContaining("(expected: https://eve)");
    assertThatThrownBy(() -> Discovery.keys("{\"issuer\":\"a\"}", "a"))
        .hasMessageContaining("no jwks_uri");
    assertThatThrownBy(() -> Discovery.keys("[", "a")).hasMessageContaining("(expected: a JSON");
  }
}
