package dev.weft.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.control.ca.CertificateAuthority;
import dev.weft.control.ca.JoinTokens;
import dev.weft.control.ca.RootRotation;
import dev.weft.control.ca.RootRotation.Haste;
import dev.weft.control.model.SpiffeId;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The root is replaced beside a running service, as {@code weftctl root} does it. */
class RotationTest {

  private static final String REVIEWS = "spiffe://cluster.local/ns/default/sa/reviews";
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir private Path directory = Path.of(".");
  private ControlServer server;

  @BeforeEach
  void start() throws IOException {
    Files.createDirectories(directory.resolve("config"));
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    server =
        ControlServer.start(
            new ControlSettings(
                directory.resolve("config"),
                any,
                any,
                state(),
                new ControlSettings.Identity(any, null, HOUR)));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Path state() {
    return directory.resolve("state");
  }

  private CertificateAuthority authority() {
    return Objects.requireNonNull(server.authority());
  }

  private RootRotation rotation() throws IOException {
    return RootRotation.open(state(), InstantSource.system());
  }

  private Credentials join(Credentials with, X509Certificate root) throws Exception {
    return with.join(Objects.requireNonNull(server.tlsAddress()), root, REVIEWS);
  }

  private String token() throws IOException {
    return JoinTokens.open(state(), null, InstantSource.system())
        .make(SpiffeId.parse(REVIEWS), Set.of(), HOUR);
  }

  private void awaitRoots(int count) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> authority().trust().trust().roots().size() == count);
  }

  private String status() throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(
                    URI.create("http://" + HostAndPort.of(server.adminAddress()) + "/status"))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Test
  void clientsOfEitherRootAreHeardUntilTheOldOneIsRetired() throws Exception {
    X509Certificate first = authority().root();
    String token = token();
    Credentials old = join(Credentials.token(token), first);
    assertThat(status()).doesNotContain("rotation");

    assertThatThrownBy(() -> rotation().activate(Haste.WHEN_SAFE)).hasMessageContaining("rotate");
    rotation().rotate();
    awaitRoots(2);
    assertThat(status()).contains("a new root is being distributed", "weftctl root activate");
    // Clients that know the old root alone go on.
    Credentials between = join(old, first);
    between.leaf().verify(first.getPublicKey());

    assertThatThrownBy(() -> rotation().activate(Haste.WHEN_SAFE))
        .hasMessageContaining("too early");
    rotation().activate(Haste.NOW);
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> !authority().root().equals(first));
    X509Certificate second = authority().root();
    assertThat(status()).contains("the one before is still believed", "weftctl root retire");
    // By a link, whoever knows the old root alone reaches the control service, by a certificate
    // that it has signed or by a token that names it.
    Credentials after = join(between, first);
    after.leaf().verify(second.getPublicKey());
    Credentials byToken = join(Credentials.token(token), first);
    byToken.leaf().verify(second.getPublicKey());
    Credentials renewed = join(after, second);

    rotation().retire(Haste.NOW);
    awaitRoots(1);
    assertThatThrownBy(() -> join(between, second)).isInstanceOf(StatusRuntimeException.class);
    assertThatThrownBy(() -> join(Credentials.token(token), second))
        .hasMessageContaining("was retired")
        .hasMessageContaining("make a new token");
    join(renewed, second).leaf().verify(second.getPublicKey());
    join(Credentials.token(token()), second).leaf().verify(second.getPublicKey());
    assertThat(status()).doesNotContain("rotation");
  }

  @Test
  void aConnectionWhoseRootIsGoneIsRefusedAtTheNextCall() throws Exception {
    X509Certificate first = authority().root();
    Credentials old = join(Credentials.token(token()), first);
    try (TestAgent agent =
        new TestAgent(
            old.channel(Objects.requireNonNull(server.tlsAddress()), first),
            "i1",
            "reviews",
            9080)) {
      assertThat(agent.answers.poll(20, java.util.concurrent.TimeUnit.SECONDS)).isNotNull();
      rotation().rotate();
      rotation().activate(Haste.NOW);
      rotation().retire(Haste.NOW);
      awaitRoots(1);
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> !authority().root().equals(first));
      agent.callAgain();
      assertThat(agent.ends.poll(20, java.util.concurrent.TimeUnit.SECONDS))
          .satisfies(
              end -> assertThat(end.toString()).contains("UNAUTHENTICATED", "1 roots of now"));
    }
  }
}
