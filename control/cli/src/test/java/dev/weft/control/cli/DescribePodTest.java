package dev.weft.control.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code weftctl describe pod}, of pods in a real API server that no node has ever run. */
class DescribePodTest extends ClusterCommandTest {

  @BeforeAll
  void make() throws Exception {
    define("VirtualService", "virtualservices", "networking.istio.io");
    define("DestinationRule", "destinationrules", "networking.istio.io");
    define("PeerAuthentication", "peerauthentications", "security.istio.io");
    define("AuthorizationPolicy", "authorizationpolicies", "security.istio.io");
    apply(
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop, labels: {weft.dev/inject: enabled}}
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: reviews, namespace: shop}
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: productpage, namespace: shop}
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: default, namespace: shop}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: reviews, namespace: shop}
        spec: {selector: {app: reviews}, ports: [{name: http, port: 9080, targetPort: 8080}]}
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: reviews-1, namespace: shop, labels: {kubernetes.io/service-name: reviews}}
        addressType: IPv4
        ports: [{name: http, port: 8080}]
        endpoints:
        - {addresses: [10.0.0.7], targetRef: {kind: Pod, name: reviews-v1, namespace: shop}}
        - {addresses: [10.0.0.8], targetRef: {kind: Pod, name: reviews-v2, namespace: shop}}
        ---
        apiVersion: v1
        kind: Pod
        metadata:
          name: reviews-v1
          namespace: shop
          labels: {app: reviews, version: v1, security.istio.io/tlsMode: istio}
          annotations:
            weft.dev/status: '{"revision":"","containers":["reviews"],"notices":[{"reason":
              "ProbeRefused","container":"reviews","message":"liveness has no port"}]}'
        spec: {serviceAccountName: reviews, containers: [{name: reviews, image: reviews}]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: reviews-v2, namespace: shop, labels: {app: reviews, version: v2}}
        spec: {serviceAccountName: reviews, containers: [{name: reviews, image: reviews}]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: waiting, namespace: shop, labels: {weft.dev/inject: disabled}}
        spec: {containers: [{name: it, image: it}]}
        """);
    address("reviews-v1", "10.0.0.7");
    address("reviews-v2", "10.0.0.8");
    apply(
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: reviews, namespace: shop}
        spec: {hosts: [reviews], http: [{route: [{destination: {host: reviews, subset: v1}}]}]}
        """);
    apply(
        """
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: reviews, namespace: shop}
        spec:
          host: reviews
          subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]
        """);
    apply(
        """
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: default, namespace: shop}
        spec: {mtls: {mode: STRICT}}
        """);
    apply(
        """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: reviews, namespace: shop}
        spec:
          selector: {matchLabels: {app: reviews}}
          rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/productpage]}}]}]
        """);
  }

  private void address(String pod, String address) {
    admin
        .pods()
        .inNamespace("shop")
        .withName(pod)
        .editStatus(
            it ->
                new PodBuilder(it)
                    .withNewStatus()
                    .withPhase("Running")
                    .withPodIP(address)
                    .addNewPodIP(address)
                    .endStatus()
                    .build());
  }

  private Result describe(String... arguments) {
    List<String> all = new ArrayList<>(List.of("describe", "pod"));
    all.addAll(List.of(arguments));
    return run(all.toArray(String[]::new));
  }

  @Test
  void oneThatIsMeshed() {
    Result result = describe("reviews-v1", "-n", "shop");
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out())
        .isEqualTo(
            """
            pod         shop/reviews-v1 10.0.0.7
            injected    container reviews
                        ProbeRefused, container reviews: liveness has no port
            identity    spiffe://cluster.local/ns/shop/sa/reviews
            serves
                        reviews.shop.svc.cluster.local 9080 http → 8080, one of 2 endpoints
                          VirtualService shop/reviews
                          DestinationRule shop/reviews
                          subset reviews/v1
            demands     STRICT
                          PeerAuthentication shop/default: STRICT
                          AuthorizationPolicy shop/reviews: ALLOW
            calls       2 services, others: ALLOW_ANY
            findings    none
            """);
  }

  @Test
  void oneThatIsNotAlthoughItIsLabelled() {
    Result result = describe("reviews-v2", "-n", "shop");
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out())
        .contains("injected    no\n", "not injected although it is labelled: it is older")
        .contains("identity    none: it is not part of the mesh")
        .contains("subset reviews/v2")
        .contains("demands     STRICT, which nobody enforces there");
  }

  @Test
  void oneThatHasNoAddress() {
    Result result = describe("waiting", "-n", "shop");
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out())
        .contains("not injected: its label weft.dev/inject is disabled")
        .contains("it has no address (expected: one that runs)")
        .contains("serves      no service");
  }

  @Test
  void theSameAsJson() throws Exception {
    Result result = describe("reviews-v1", "-n", "shop", "-o", "json");
    JsonNode described = new ObjectMapper().readTree(result.out());
    assertThat(described.path("identity").asText())
        .isEqualTo("spiffe://cluster.local/ns/shop/sa/reviews");
    assertThat(described.path("serves").path(0).path("host").asText())
        .isEqualTo("reviews.shop.svc.cluster.local");
    assertThat(described.path("mtls").asText()).isEqualTo("STRICT");
    assertThat(described.path("findings").isArray()).isTrue();
  }

  @Test
  void oneThatIsNotThere() {
    Result result = describe("nobody", "-n", "shop");
    assertThat(result.exit()).isOne();
    assertThat(result.err())
        .contains(
            "there is no pod shop/nobody (expected: one of [reviews-v1, reviews-v2, waiting]");
  }

  @Test
  void anotherTrustDomain() {
    assertThat(describe("reviews-v1", "-n", "shop", "--trust-domain", "prod.example").out())
        .contains("spiffe://prod.example/ns/shop/sa/reviews");
    assertThat(describe("reviews-v1", "--trust-domain", "No Domain").exit()).isEqualTo(2);
  }
}
