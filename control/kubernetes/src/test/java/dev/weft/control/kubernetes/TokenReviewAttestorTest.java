package dev.weft.control.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.weft.control.ca.Attested;
import dev.weft.control.ca.RefusedException;
import dev.weft.control.ca.RefusedException.Kind;
import dev.weft.harness.kubernetes.Binaries;
import dev.weft.harness.kubernetes.TestCluster;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Against a real API server, with the rights that a control service has and no others. */
class TokenReviewAttestorTest extends ClusterTest {

  private static final String DOMAIN = "mesh.test";

  private KubernetesClient control;
  private TokenReviewAttestor attestor;

  @BeforeAll
  void prepare() throws Exception {
    namespace("shop");
    account("shop", "reviews");
    namespace("weft-system");
    account("weft-system", "weft-control");
    admin
        .rbac()
        .clusterRoleBindings()
        .load(
            new java.io.ByteArrayInputStream(
                """
                {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
                 "metadata": {"name": "weft-control-reviews-tokens"},
                 "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole",
                   "name": "system:auth-delegator"},
                 "subjects": [{"kind": "ServiceAccount", "namespace": "weft-system",
                   "name": "weft-control"}]}
                """
                    .getBytes(StandardCharsets.UTF_8)))
        .create();
    String own = token("weft-system", "weft-control", List.of(), null);
    control = reach(cluster.admin().as(own)).forQuestions();
    attestor = new TokenReviewAttestor(control, "weft");
  }

  @AfterAll
  void close() {
    if (control != null) {
      control.close();
    }
  }

  private String token(String namespace, String account, List<String> audiences, Pod bound) {
    TokenRequestBuilder request =
        new TokenRequestBuilder()
            .withNewSpec()
            .withAudiences(audiences)
            .withExpirationSeconds(600L)
            .endSpec();
    if (bound != null) {
      request
          .editSpec()
          .withNewBoundObjectRef()
          .withApiVersion("v1")
          .withKind("Pod")
          .withName(bound.getMetadata().getName())
          .withUid(bound.getMetadata().getUid())
          .endBoundObjectRef()
          .endSpec();
    }
    TokenRequest made =
        admin
            .serviceAccounts()
            .inNamespace(namespace)
            .withName(account)
            .tokenRequest(request.build());
    return made.getStatus().getToken();
  }

  private Pod pod(String name) {
    return admin
        .pods()
        .inNamespace("shop")
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withServiceAccountName("reviews")
                .addNewContainer()
                .withName("app")
                .withImage("app")
                .endContainer()
                .endSpec()
                .build())
        .create();
  }

  private void refused(String token, Kind kind, String why) {
    assertThatThrownBy(() -> attestor.attest(token, DOMAIN))
        .asInstanceOf(type(RefusedException.class))
        .satisfies(
            refusal -> {
              assertThat(refusal.kind()).isEqualTo(kind);
              assertThat(refusal.reason()).contains(why);
              for (String part : token.split("\\.", -1)) {
                if (part.length() > 8) {
                  assertThat(refusal.reason()).doesNotContain(part);
                }
              }
            });
  }

  @Test
  void aServiceAccountsTokenIsItsIdentity() throws Exception {
    String token = token("shop", "reviews", List.of("weft"), null);
    assertThat(attestor.recognizes(token)).isTrue();

    Attested attested = attestor.attest(token, DOMAIN);

    assertThat(attested.principal().id()).hasToString("spiffe://mesh.test/ns/shop/sa/reviews");
    assertThat(attested.principal().isPlaced()).isTrue();
    assertThat(attested.grant()).isNull();
  }

  @Test
  void oneOfSeveralAudiencesDoes() throws Exception {
    String token = token("shop", "reviews", List.of("other", "weft"), null);
    assertThat(attestor.attest(token, DOMAIN).principal().id().serviceAccount())
        .isEqualTo("reviews");
  }

  @Test
  void aTokenForSomebodyElseIsRefused() {
    refused(
        token("shop", "reviews", List.of("vault"), null), Kind.UNAUTHENTICATED, "another audience");
    refused(token("shop", "reviews", List.of(), null), Kind.UNAUTHENTICATED, "another audience");
  }

  @Test
  void aTokenOfAPodIsWorthNothingOnceThePodIsGone() throws Exception {
    Pod pod = pod("reviews-1");
    String token = token("shop", "reviews", List.of("weft"), pod);
    assertThat(attestor.attest(token, DOMAIN).principal().id().serviceAccount())
        .isEqualTo("reviews");

    admin.resource(pod).withGracePeriod(0).delete();

    // The API server remembers for ten seconds what it has believed.
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> refused(token, Kind.UNAUTHENTICATED, "does not believe it"));
  }

  @Test
  void aTokenOfAnAccountThatIsGoneIsRefused() {
    account("shop", "temporary");
    String token = token("shop", "temporary", List.of("weft"), null);
    admin.serviceAccounts().inNamespace("shop").withName("temporary").delete();
    refused(token, Kind.UNAUTHENTICATED, "does not believe it");
  }

  @Test
  void theControlServicesOwnIdentityIsNoWorkloads() {
    refused(
        token("weft-system", "weft-control", List.of("weft"), null),
        Kind.UNAUTHENTICATED,
        "the control service itself");
  }

  @Test
  void anExpiredTokenIsRefusedAndAForgedOne() throws Exception {
    account("shop", "forged");
    String genuine = token("shop", "forged", List.of("weft"), null);
    PrivateKey key = key(Files.readString(cluster.signingKey()));
    // Signed by the cluster's own key, so that nothing else is wrong with it.
    refused(
        signed(genuine, key, Instant.now().minusSeconds(120)),
        Kind.UNAUTHENTICATED,
        "does not believe it");
    assertThat(
            attestor
                .attest(signed(genuine, key, Instant.now().plusSeconds(120)), DOMAIN)
                .principal()
                .id()
                .serviceAccount())
        .isEqualTo("forged");
    refused(
        signed(genuine, stranger(), Instant.now().plusSeconds(120)),
        Kind.UNAUTHENTICATED,
        "does not believe it");
    refused(
        genuine.substring(0, genuine.lastIndexOf('.') + 1),
        Kind.UNAUTHENTICATED,
        "does not believe it");
  }

  private static PrivateKey stranger() throws Exception {
    var generator = java.security.KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair().getPrivate();
  }

  private static PrivateKey key(String pem) throws Exception {
    String der = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
    return KeyFactory.getInstance("RSA")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(der)));
  }

  /** The same claims with another end. */
  private static String signed(String token, PrivateKey by, Instant end) throws Exception {
    String[] parts = token.split("\\.", -1);
    String claims =
        new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8)
            .replaceFirst("\"exp\":\\d+", "\"exp\":" + end.getEpochSecond());
    String text =
        parts[0]
            + "."
            + Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(claims.getBytes(StandardCharsets.UTF_8));
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(by);
    signature.update(text.getBytes(StandardCharsets.US_ASCII));
    return text + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
  }

  @Test
  void aTokenOfAnotherClusterIsRefused() throws Exception {
    try (TestCluster other = TestCluster.start(Binaries.find().orElseThrow());
        KubernetesClient there = reach(other.admin()).forQuestions()) {
      there
          .namespaces()
          .resource(
              new io.fabric8.kubernetes.api.model.NamespaceBuilder()
                  .withNewMetadata()
                  .withName("shop")
                  .endMetadata()
                  .build())
          .create();
      there
          .serviceAccounts()
          .inNamespace("shop")
          .resource(
              new io.fabric8.kubernetes.api.model.ServiceAccountBuilder()
                  .withNewMetadata()
                  .withName("reviews")
                  .endMetadata()
                  .build())
          .create();
      String token =
          there
              .serviceAccounts()
              .inNamespace("shop")
              .withName("reviews")
              .tokenRequest(
                  new TokenRequestBuilder().withNewSpec().withAudiences("weft").endSpec().build())
              .getStatus()
              .getToken();
      refused(token, Kind.UNAUTHENTICATED, "does not believe it");
    }
  }

  @Test
  void whatIsNoServiceAccountsTokenIsNotRecognized() {
    for (String token :
        List.of("", "a.b.c", "x".repeat(20_000), "e30.e30.e30", "e30.bnVsbA.x", "e30.W10.x")) {
      assertThat(attestor.recognizes(token)).isFalse();
    }
  }

  @Test
  void withoutTheRightToAskNobodyIsBelieved() throws Exception {
    account("shop", "powerless");
    String own = token("shop", "powerless", List.of(), null);
    try (KubernetesClient powerless = reach(cluster.admin().as(own)).forQuestions()) {
      assertThatThrownBy(
              () ->
                  new TokenReviewAttestor(powerless, "weft")
                      .attest(token("shop", "reviews", List.of("weft"), null), DOMAIN))
          .asInstanceOf(type(RefusedException.class))
          .satisfies(
              refusal -> {
                assertThat(refusal.kind()).isEqualTo(Kind.UNAVAILABLE);
                assertThat(refusal.reason()).contains("HTTP 403");
              });
    }
  }

  @Test
  void whileTheApiServerIsAwayNobodyIsBelievedAndThenAgain() throws Exception {
    account("shop", "patient");
    String token = token("shop", "patient", List.of("weft"), null);
    cluster.kill();
    refused(token, Kind.UNAVAILABLE, "cannot be asked");

    cluster.restart();

    assertThat(attestor.attest(token, DOMAIN).principal().id().serviceAccount())
        .isEqualTo("patient");
  }
}
