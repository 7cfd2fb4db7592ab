package dev.weft.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.control.api.v1.ControlMessage;
import dev.weft.control.ca.CertificateAuthority;
import dev.weft.control.kubernetes.Cluster;
import dev.weft.control.source.keys.FetchRules;
import dev.weft.harness.kubernetes.Binaries;
import dev.weft.harness.kubernetes.TestCluster;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A control service of a cluster, on a real API server and over real TLS. */
class KubernetesTest {

  private static final String REVIEWS = "spiffe://cluster.local/ns/default/sa/reviews";

  private static final String RATINGS = "spiffe://cluster.local/ns/default/sa/ratings";

  @TempDir private Path directory = Path.of(".");

  private static ControlServer start(
      Path kubeconfig, Path state, ControlSettings.@Nullable Home home) throws Exception {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return ControlServer.start(
        new ControlSettings(
            new ControlSettings.Source.Kubernetes(
                new Cluster(kubeconfig, null), ControlSettings.DEFAULT_AUDIENCE, home),
            any,
            any,
            state,
            new ControlSettings.Identity(any, null, Duration.ofHours(1)),
            FetchRules.DEFAULT));
  }

  private static String token(KubernetesClient admin, String account) {
    return admin
        .serviceAccounts()
        .inNamespace("default")
        .withName(account)
        .tokenRequest(
            new TokenRequestBuilder().withNewSpec().withAudiences("weft").endSpec().build())
        .getStatus()
        .getToken();
  }

  private static void refused(
      ControlServer server, Credentials with, String uri, Status.Code code, String words) {
    assertThatThrownBy(() -> join(server, with, uri))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).as(e.toString()).isEqualTo(code);
              assertThat(String.valueOf(e.getStatus().getDescription())).contains(words);
            });
  }

  private static Credentials join(ControlServer server, Credentials with, String uri)
      throws Exception {
    CertificateAuthority authority = Objects.requireNonNull(server.authority());
    return with.join(Objects.requireNonNull(server.tlsAddress()), authority.root(), uri);
  }

  private static void accounts(KubernetesClient admin) {
    for (String account : List.of("reviews", "ratings")) {
      admin
          .serviceAccounts()
          .inNamespace("default")
          .resource(
              new ServiceAccountBuilder().withNewMetadata().withName(account).endMetadata().build())
          .create();
    }
  }

  @Test
  void anyReplicaServesAnyAgentWithAnEmptyStateDirectory() throws Exception {
    Optional<Binaries> binaries = Binaries.find();
    assumeTrue(binaries.isPresent(), "no kube-apiserver");
    ControlSettings.Home home = new ControlSettings.Home("weft-system", "", "weft-ca");
    try (TestCluster cluster = TestCluster.start(binaries.get());
        KubernetesClient admin =
            new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(cluster.admin().text()))
                .build()) {
      Path kubeconfig = directory.resolve("kubeconfig");
      Files.writeString(kubeconfig, cluster.admin().text());
      accounts(admin);
      admin
          .namespaces()
          .resource(
              new NamespaceBuilder()
                  .withNewMetadata()
                  .withName("weft-system")
                  .endMetadata()
                  .build())
          .create();
      try (ControlServer one = start(kubeconfig, directory.resolve("one"), home);
          ControlServer other = start(kubeconfig, directory.resolve("other"), home)) {
        X509Certificate root = Objects.requireNonNull(one.authority()).root();
        assertThat(Objects.requireNonNull(other.authority()).root()).isEqualTo(root);
        Credentials joined = join(one, Credentials.token(token(admin, "reviews")), REVIEWS);
        try (TestAgent agent =
            new TestAgent(
                joined.channel(Objects.requireNonNull(other.tlsAddress()), root),
                "reviews-1",
                "reviews",
                9080)) {
          assertThat(agent.answers.poll(20, TimeUnit.SECONDS)).matches(ControlMessage::hasLease);
        }
        assertThat(
                join(other, Credentials.token(token(admin, "reviews")), REVIEWS)
                    .leaf()
                    .getIssuerX500Principal())
            .isEqualTo(joined.leaf().getIssuerX500Principal());
      }
      // All replicas are gone, and with them their directories: the root stays.
      try (ControlServer late = start(kubeconfig, directory.resolve("late"), home)) {
        assertThat(Files.exists(directory.resolve("late/ca/root.pem"))).isFalse();
        Credentials joined = join(late, Credentials.token(token(admin, "ratings")), RATINGS);
        assertThat(joined.chain()).hasSizeGreaterThan(0);
      }
    }
  }

  @Test
  void serviceAccountsJoinByTheirTokensForOneCertificateAtATime() throws Exception {
    Optional<Binaries> binaries = Binaries.find();
    assumeTrue(binaries.isPresent(), "no kube-apiserver");
    try (TestCluster cluster = TestCluster.start(binaries.get());
        KubernetesClient admin =
            new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(cluster.admin().text()))
                .build()) {
      Path kubeconfig = directory.resolve("kubeconfig");
      Files.writeString(kubeconfig, cluster.admin().text());
      accounts(admin);
      try (ControlServer server = start(kubeconfig, directory.resolve("state"), null)) {
        String token = token(admin, "reviews");
        Credentials first = join(server, Credentials.token(token), REVIEWS);
        assertThat(List.copyOf(first.leaf().getSubjectAlternativeNames()))
            .isEqualTo(List.of(List.of(6, REVIEWS)));
        // What it says of itself counts for nothing.
        refused(
            server,
            Credentials.token(token),
            REVIEWS.replace("reviews", "ratings"),
            Status.Code.PERMISSION_DENIED,
            "ratings");
        refused(
            server,
            new Credentials(token(admin, "ratings"), first.keys(), first.chain()),
            REVIEWS,
            Status.Code.PERMISSION_DENIED,
            "sa/ratings");
        // The certificate opens streams, but does not renew itself.
        try (TestAgent agent =
            new TestAgent(
                first.channel(
                    Objects.requireNonNull(server.tlsAddress()),
                    Objects.requireNonNull(server.authority()).root()),
                "reviews-1",
                "reviews",
                9080)) {
          assertThat(agent.answers.poll(20, TimeUnit.SECONDS)).matches(ControlMessage::hasLease);
          // No pod of the cluster has its address: it serves nothing.
          assertThat(server.models().current().workloads()).isEmpty();
        }
        refused(server, first, REVIEWS, Status.Code.UNAUTHENTICATED, "platform's token");

        cluster.kill();
        refused(
            server, Credentials.token(token), REVIEWS, Status.Code.UNAVAILABLE, "cannot be asked");
        cluster.restart();
        assertThat(join(server, Credentials.token(token), REVIEWS).leaf().getSerialNumber())
            .isNotEqualTo(first.leaf().getSerialNumber());

        admin.serviceAccounts().inNamespace("default").withName("reviews").delete();
        org.awaitility.Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .untilAsserted(
                () ->
                    refused(
                        server,
                        Credentials.token(token),
                        REVIEWS,
                        Status.Code.UNAUTHENTICATED,
                        "does not believe it"));
      }
    }
  }
}
