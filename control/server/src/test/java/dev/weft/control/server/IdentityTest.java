package dev.weft.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.control.api.istio.v1.IstioCertificateRequest;
import dev.weft.control.api.istio.v1.IstioCertificateServiceGrpc;
import dev.weft.control.api.v1.ControlMessage;
import dev.weft.control.ca.CertificateAuthority;
import dev.weft.control.ca.JoinToken;
import dev.weft.control.ca.JoinTokens;
import dev.weft.control.model.SpiffeId;
import dev.weft.control.server.status.Status.WorkloadState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what at the TLS port, over real TLS. */
class IdentityTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final String REVIEWS = "spiffe://cluster.local/ns/default/sa/reviews";
  private static final String RATINGS = "spiffe://cluster.local/ns/default/sa/ratings";

  @TempDir private Path directory = Path.of(".");
  private ControlServer server;

  @BeforeEach
  void start() throws IOException {
    Files.createDirectories(directory.resolve("config"));
    start(HOUR);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void start(Duration life) throws IOException {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    server =
        ControlServer.start(
            new ControlSettings(
                directory.resolve("config"),
                any,
                any,
                directory.resolve("state"),
                new ControlSettings.Identity(any, null, life)));
  }

  private CertificateAuthority authority() {
    return java.util.Objects.requireNonNull(server.authority());
  }

  private InetSocketAddress tls() {
    return java.util.Objects.requireNonNull(server.tlsAddress());
  }

  /** As {@code weftctl token make} does beside the running service. */
  private String token(String id, String... services) throws IOException {
    return tokens(InstantSource.system()).make(SpiffeId.parse(id), Set.of(services), HOUR);
  }

  private JoinTokens tokens(InstantSource clock) throws IOException {
    return JoinTokens.open(directory.resolve("state"), null, clock);
  }

  private Credentials join(Credentials with, @Nullable String uri) throws Exception {
    return with.join(tls(), authority().root(), uri);
  }

  private void refused(Credentials with, @Nullable String uri, Status.Code code, String... words) {
    assertThatThrownBy(() -> join(with, uri))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).as(e.toString()).isEqualTo(code);
              assertThat(String.valueOf(e.getStatus().getDescription())).contains(words);
            });
  }

  private TestAgent agent(Credentials with, String instance, String service, int port)
      throws Exception {
    return new TestAgent(with.channel(tls(), authority().root()), instance, service, port);
  }

  @Test
  void joinsByTokenAndRenewsByCertificateOverARestart() throws Exception {
    Credentials first = join(Credentials.token(token(REVIEWS, "reviews")), REVIEWS);
    assertThat(first.chain()).hasSize(2);
    assertThat(first.chain().get(1)).isEqualTo(authority().root());
    first.leaf().verify(authority().root().getPublicKey());
    assertThat(List.copyOf(first.leaf().getSubjectAlternativeNames()))
        .isEqualTo(List.of(List.of(6, REVIEWS)));
    Credentials second = join(first, null);
    assertThat(second.leaf().getSerialNumber()).isNotEqualTo(first.leaf().getSerialNumber());
    X509Certificate root = authority().root();
    server.close();
    start(HOUR);
    assertThat(authority().root()).isEqualTo(root);
    Credentials third = join(second, REVIEWS);
    // What it may serve is still known.
    try (TestAgent agent = agent(third, "r1", "reviews", 9080)) {
      assertThat(agent.answers.poll(20, TimeUnit.SECONDS)).matches(ControlMessage::hasLease);
      Awaitility.await().atMost(PATIENCE).until(() -> identities().contains(REVIEWS));
      assertThat(server.models().current().workloads().get(0).serviceAccount())
          .isEqualTo("reviews");
    }
  }

  private List<String> identities() {
    return server.models().current().workloads().stream()
        .map(it -> String.valueOf(it.identity()))
        .toList();
  }

  @Test
  void theCertificateIsNoLongerThanAskedOrAllowed() throws Exception {
    Credentials joined = join(Credentials.token(token(REVIEWS)), null);
    Instant end = joined.leaf().getNotAfter().toInstant();
    assertThat(Duration.between(Instant.now(), end)).isBetween(Duration.ofMinutes(58), HOUR);
    assertThat(authority().issued(SpiffeId.parse(REVIEWS)).orElseThrow().expires()).isEqualTo(end);
  }

  @Test
  void whoShowsNothingGetsNothing() throws Exception {
    refused(Credentials.NONE, null, Status.Code.UNAUTHENTICATED, "no client certificate");
    refused(Credentials.token("nonsense"), null, Status.Code.UNAUTHENTICATED, "no token");
    try (TestAgent agent = agent(Credentials.NONE, "r1", "reviews", 9080)) {
      for (int stream = 0; stream < 2; stream++) {
        assertThat(agent.ends.poll(20, TimeUnit.SECONDS))
            .matches(it -> it.getCode() == Status.Code.UNAUTHENTICATED);
      }
    }
    assertThat(server.models().current().workloads()).isEmpty();
  }

  @Test
  void tokensThatDoNotCount() throws Exception {
    String expired =
        tokens(() -> Instant.now().minus(Duration.ofHours(2)))
            .make(SpiffeId.parse(REVIEWS), Set.of("reviews"), HOUR);
    refused(Credentials.token(expired), null, Status.Code.UNAUTHENTICATED, "expired at");
    String foreign =
        JoinTokens.open(directory.resolve("elsewhere"), null, InstantSource.system())
            .make(SpiffeId.parse(REVIEWS), Set.of("reviews"), HOUR);
    refused(Credentials.token(foreign), null, Status.Code.UNAUTHENTICATED, "signature");
    // Five minutes off in either direction is nothing.
    for (long minutes : new long[] {-5, 5}) {
      String skewed =
          tokens(() -> Instant.now().plus(Duration.ofMinutes(minutes)))
              .make(SpiffeId.parse(REVIEWS), Set.of("reviews"), HOUR);
      join(Credentials.token(skewed), REVIEWS);
    }
  }

  @Test
  void aStolenTokenIsGoodForItsOwnIdentityAlone() throws Exception {
    Credentials stolen = Credentials.token(token(REVIEWS, "reviews"));
    refused(stolen, RATINGS, Status.Code.PERMISSION_DENIED, RATINGS, "expected: " + REVIEWS);
    assertThat(List.copyOf(join(stolen, null).leaf().getSubjectAlternativeNames()))
        .isEqualTo(List.of(List.of(6, REVIEWS)));
    try (TestAgent agent = agent(stolen, "r1", "ratings", 9080)) {
      refusedService(agent, REVIEWS + " may not serve ratings.default", "reviews");
    }
  }

  private static void refusedService(TestAgent agent, String... words) throws Exception {
    ControlMessage answer = agent.answers.poll(20, TimeUnit.SECONDS);
    if (answer != null && answer.hasLease()) {
      answer = agent.answers.poll(20, TimeUnit.SECONDS);
    }
    assertThat(answer).isNotNull().matches(ControlMessage::hasRefused);
    assertThat(answer.getRefused().getPort()).isZero();
    assertThat(answer.getRefused().getReason()).contains(words);
  }

  @Test
  void revokingATokenEndsWhatRestsOnIt() throws Exception {
    JoinTokens tokens = tokens(InstantSource.system());
    Credentials first = Credentials.token(token(REVIEWS, "reviews"));
    Credentials joined = join(first, null);
    join(joined, null);
    JoinToken made = tokens.list().get(0);
    assertThat(tokens.revoke(made.id())).isPresent();
    refused(first, null, Status.Code.UNAUTHENTICATED, "revoked");
    refused(joined, null, Status.Code.UNAUTHENTICATED, "all revoked", "expected: a new join");
    try (TestAgent agent = agent(joined, "r1", "reviews", 9080)) {
      assertThat(agent.ends.poll(20, TimeUnit.SECONDS))
          .matches(it -> it.getCode() == Status.Code.UNAUTHENTICATED);
    }
    // Another one makes it whole again.
    join(Credentials.token(token(REVIEWS, "reviews")), null);
    join(joined, null);
  }

  @Test
  void aCertificateOfAnotherRootIsNoneOfOurs() throws Exception {
    Path elsewhere = directory.resolve("elsewhere");
    Credentials foreign;
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (ControlServer other =
        ControlServer.start(
            new ControlSettings(
                directory.resolve("config"),
                any,
                any,
                elsewhere,
                new ControlSettings.Identity(any, null, HOUR)))) {
      String token =
          JoinTokens.open(elsewhere, null, InstantSource.system())
              .make(SpiffeId.parse(REVIEWS), Set.of("reviews"), HOUR);
      foreign =
          Credentials.token(token)
              .join(
                  java.util.Objects.requireNonNull(other.tlsAddress()),
                  java.util.Objects.requireNonNull(other.authority()).root(),
                  null);
    }
    refused(foreign, null, Status.Code.UNAVAILABLE, "");
    // The client that trusts another root does not talk to us, either.
    assertThatThrownBy(
            () -> Credentials.token(token(REVIEWS)).join(tls(), foreign.chain().get(1), null))
        .isInstanceOf(StatusRuntimeException.class);
  }

  @Test
  void aTokenAndACertificateMustAgree() throws Exception {
    Credentials reviews = join(Credentials.token(token(REVIEWS, "reviews")), null);
    String other = token(RATINGS, "ratings");
    refused(
        new Credentials(other, reviews.keys(), reviews.chain()),
        null,
        Status.Code.PERMISSION_DENIED,
        RATINGS,
        REVIEWS);
    // One that cannot be used any more does not stand in the way of a renewal.
    join(new Credentials("expired", reviews.keys(), reviews.chain()), null);
  }

  @Test
  void nobodyRegistersElsewhereOrAsSomebodyElse() throws Exception {
    String id = "spiffe://cluster.local/ns/prod/sa/reviews";
    try (TestAgent agent = agent(Credentials.token(token(id, "reviews")), "r1", "reviews", 9080)) {
      refusedService(agent, "namespace: \"default\" (expected: prod, of " + id + ")");
      assertThat(agent.ends.poll(20, TimeUnit.SECONDS))
          .matches(it -> it.getCode() == Status.Code.INVALID_ARGUMENT)
          .extracting(Status::getDescription)
          .asString()
          .contains("node: namespace default (expected: prod");
    }
    assertThat(server.models().current().workloads()).isEmpty();
    assertThat(status()).contains("\"who\" : \"" + id + "\"", "namespace: ");
  }

  @Test
  void ofTwoThatClaimAServiceTheOneWithoutTheRightServesNobody() throws Exception {
    try (TestAgent plain = new TestAgent(server.address(), "p1", "reviews", 9081)) {
      assertThat(plain.answers.poll(20, TimeUnit.SECONDS)).matches(ControlMessage::hasLease);
      Awaitility.await().atMost(PATIENCE).until(() -> identities().equals(List.of("null")));
      try (TestAgent proven =
              agent(Credentials.token(token(REVIEWS, "reviews")), "r1", "reviews", 9080);
          TestAgent liar =
              agent(Credentials.token(token(RATINGS, "ratings")), "x1", "reviews", 9082);
          TestAgent thief = new TestAgent(server.address(), "r1", "reviews", 9083)) {
        assertThat(proven.answers.poll(20, TimeUnit.SECONDS)).matches(ControlMessage::hasLease);
        // The plain one was first, and goes.
        refusedService(plain, "this one has none", "expected: a join token");
        refusedService(liar, RATINGS + " may not serve reviews.default");
        Awaitility.await().atMost(PATIENCE).until(() -> identities().equals(List.of(REVIEWS)));
        // Whichever of the two came first, the instance ends with its owner.
        assertThat(thief.answers.poll(20, TimeUnit.SECONDS)).isNotNull();
        assertThat(identities()).containsExactly(REVIEWS);
        List<WorkloadState> workloads = StatusJson.read(status()).workloads();
        assertThat(workloads)
            .filteredOn(it -> it.instance().equals("p1") || it.instance().equals("x1"))
            .hasSize(2)
            .allMatch(it -> it.problem() != null);
        // When the last one that may has gone, the plain one serves again.
        proven.withdraw();
        Awaitility.await().atMost(PATIENCE).until(() -> identities().equals(List.of("null")));
      }
    }
  }

  private String status() throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + server.adminAddress().getPort() + "/status"))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Test
  void theServicesOwnCertificateIsRenewedWhileItRuns() throws Exception {
    server.close();
    start(Duration.ofSeconds(2));
    X509Certificate first = authority().certificate();
    Credentials token = Credentials.token(token(REVIEWS, "reviews"));
    Instant end = first.getNotAfter().toInstant().plusMillis(100);
    Awaitility.await().atMost(PATIENCE).until(() -> Instant.now().isAfter(end));
    assertThat(authority().certificate()).isNotEqualTo(first);
    Credentials joined = join(token, null);
    // A connection may outlive its certificate: a call on it does not.
    ManagedChannel channel = joined.channel(tls(), authority().root());
    try (TestAgent early = new TestAgent(channel, "r1", "reviews", 9080)) {
      assertThat(early.answers.poll(20, TimeUnit.SECONDS)).matches(ControlMessage::hasLease);
      Instant over = joined.leaf().getNotAfter().toInstant().plusMillis(100);
      Awaitility.await().atMost(PATIENCE).until(() -> Instant.now().isAfter(over));
      TestAgent late = new TestAgent(channel, "r2", "reviews", 9080);
      Status ended = late.ends.poll(20, TimeUnit.SECONDS);
      assertThat(ended).isNotNull();
      assertThat(String.valueOf(ended.getDescription()))
          .contains("expired at", "connect anew with a newer one");
    }
  }

  @Test
  void strangersAtTheTlsPortCostThemselvesAlone() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 30; i++) {
      byte[] garbage = new byte[1 + random.nextInt(3000)];
      random.nextBytes(garbage);
      if (i % 3 == 0) {
        // A hello that ends in the middle.
        garbage[0] = 0x16;
        garbage[1 % garbage.length] = 0x03;
      }
      try (Socket socket = new Socket(tls().getAddress(), tls().getPort())) {
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(garbage);
        socket.shutdownOutput();
        assertThat(ends(socket)).as("seed %d", seed).isTrue();
      } catch (SocketException e) {
        // Closed while it was written to: that is an end as well.
        assertThat(e).isNotNull();
      }
    }
    try (TestAgent plain = new TestAgent(tls(), "p", "reviews", 1)) {
      assertThat(plain.ends.poll(20, TimeUnit.SECONDS))
          .matches(it -> it.getCode() == Status.Code.UNAVAILABLE);
    }
    join(Credentials.token(token(REVIEWS)), REVIEWS);
  }

  private static boolean ends(Socket socket) throws IOException {
    try {
      while (socket.getInputStream().read() >= 0) {
        assertThat(socket.isClosed()).isFalse();
      }
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    }
  }

  @Test
  void oneIdentityDoesNotGetAnyNumberOfCertificates() throws Exception {
    Credentials token = Credentials.token(token(REVIEWS));
    String request = Credentials.request(Credentials.newKeys(), null);
    ManagedChannel channel = token.channel(tls(), authority().root());
    try {
      var stub = IstioCertificateServiceGrpc.newBlockingStub(channel);
      var asked = IstioCertificateRequest.newBuilder().setCsr(request).build();
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 2000; i++) {
                  assertThat(stub.createCertificate(asked).getCertChainCount()).isEqualTo(2);
                }
              })
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessageContaining("RESOURCE_EXHAUSTED")
          .hasMessageContaining("expected: at most 20 per second");
    } finally {
      channel.shutdownNow();
    }
    join(Credentials.token(token(RATINGS)), null);
  }

  @Test
  void openSslSeesWhatItShouldSee() throws Exception {
    Path root = directory.resolve("root.pem");
    Files.writeString(
        root,
        "-----BEGIN CERTIFICATE-----\n"
            + java.util.Base64.getMimeEncoder().encodeToString(authority().root().getEncoded())
            + "\n-----END CERTIFICATE-----\n");
    String answer = openssl(root, "-tls1_3", "-alpn", "h2");
    assertThat(answer)
        .contains(
            "Verify return code: 0 (ok)",
            "ALPN protocol: h2",
            "TLSv1.3",
            "CN = Weft root",
            "Requested Signature Algorithms");
    assertThat(openssl(root, "-tls1_2")).contains("Verify return code: 0 (ok)");
    assertThat(openssl(root, "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"))
        .contains("alert protocol version");
  }

  private String openssl(Path root, String... options) throws Exception {
    List<String> command =
        new java.util.ArrayList<>(
            List.of(
                "openssl",
                "s_client",
                "-connect",
                "127.0.0.1:" + tls().getPort(),
                "-CAfile",
                root.toString(),
                "-verify_hostname",
                "weft-control"));
    command.addAll(List.of(options));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return output;
  }
}
