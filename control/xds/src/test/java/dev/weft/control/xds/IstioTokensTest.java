package dev.weft.control.xds;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.control.api.v1.Authorization;
import dev.weft.control.api.v1.RequestAuthentication;
import dev.weft.control.api.v1.RequestAuthentication.Rule;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.Namespace;
import dev.weft.control.xds.resource.AuthorizationResource;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Our rules for tokens beside the providers that a real istiod made of the same
 * RequestAuthentication. The recorded answers lie beside the repository; without them this is
 * skipped, aloud.
 */
class IstioTokensTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void sameAsIstiod() throws IOException, GeneralSecurityException {
    Path scenario = Goldens.folder().resolve("sec-jwt-one");
    JsonNode listeners = JSON.readTree(scenario.resolve("expected/listeners.json").toFile());
    JsonNode theirs = listeners.findValue("providers").path("origins-0");
    Rule ours = rules(Files.readString(scenario.resolve("input.yaml"))).getRules(0);
    assertThat(ours.getIssuer()).isEqualTo(theirs.path("issuer").asText());
    assertThat(ours.getAudiencesList()).isEqualTo(texts(theirs.path("audiences")));
    assertThat(ours.getForward()).isEqualTo(theirs.path("forward").asBoolean());
    assertThat(ours.getPayloadHeader()).isEqualTo(theirs.path("forwardPayloadHeader").asText());
    List<String> claims = new ArrayList<>();
    theirs
        .path("claimToHeaders")
        .forEach(
            it -> claims.add(it.path("claimName").asText() + " " + it.path("headerName").asText()));
    assertThat(ours.getClaimHeadersList())
        .extracting(it -> it.getClaim() + " " + it.getHeader())
        .isEqualTo(claims);
    assertThat(ours.getSpaceDelimitedClaimsList())
        .isEqualTo(texts(theirs.path("normalizePayloadInMetadata").path("spaceDelimitedClaims")));
    JsonNode key =
        JSON.readTree(theirs.path("localJwks").path("inlineString").asText()).path("keys").path(0);
    assertThat(ours.getKeysList()).hasSize(1);
    assertThat(ours.getKeys(0).getId()).isEqualTo(key.path("kid").asText());
    RSAPublicKey read =
        (RSAPublicKey)
            KeyFactory.getInstance("RSA")
                .generatePublic(
                    new X509EncodedKeySpec(ours.getKeys(0).getPublicKey().toByteArray()));
    assertThat(read.getModulus())
        .isEqualTo(new BigInteger(1, Base64.getUrlDecoder().decode(key.path("n").asText())));
    // What Envoy does by itself where a provider names no place.
    assertThat(theirs.has("fromHeaders")).isFalse();
    assertThat(ours.getFromHeaders(0).getName()).isEqualTo("authorization");
    assertThat(ours.getFromHeaders(0).getPrefix()).isEqualTo("Bearer ");
    assertThat(ours.getFromParamsList()).containsExactly("access_token");
  }

  @Test
  void comesBehindCustomAndBeforeAllElse() throws IOException {
    String policies =
        """
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: tokens, namespace: demo}
        spec: {jwtRules: [{issuer: "https://b"}, {issuer: "https://a"}]}
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: asks, namespace: demo}
        spec: {action: CUSTOM, provider: {name: opa}, rules: [{}]}
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: denies, namespace: demo}
        spec: {action: DENY, rules: [{}]}
        """;
    Authorization made = authorization(policies);
    assertThat(made.getFiltersList())
        .extracting(it -> it.getTypeUrl().replaceFirst(".*[.]", ""))
        .containsExactly("RBAC", "RequestAuthentication", "RBAC");
    assertThat(rules(policies).getRulesList())
        .extracting(Rule::getIssuer)
        .containsExactly("https://a", "https://b");
    assertThat(rules(policies).getRules(0).getKeysList()).as("not fetched").isEmpty();
  }

  private static Authorization authorization(String yaml) throws IOException {
    MeshModel model = Models.readAll(yaml);
    Map<String, String> labels = Map.of("app", "orders", "version", "v1");
    return AuthorizationResource.of(
        AuthorizationResource.Inputs.of(model, new Namespace("demo"), labels));
  }

  private static RequestAuthentication rules(String yaml) throws IOException {
    for (Authorization.Filter filter : authorization(yaml).getFiltersList()) {
      if (filter.getTypeUrl().endsWith("weft.control.v1.RequestAuthentication")) {
        return parsed(filter);
      }
    }
    throw new AssertionError("no rules for tokens");
  }

  private static RequestAuthentication parsed(Authorization.Filter filter)
      throws InvalidProtocolBufferException {
    return RequestAuthentication.parseFrom(filter.getValue());
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(each -> texts.add(each.asText()));
    return texts;
  }
}
