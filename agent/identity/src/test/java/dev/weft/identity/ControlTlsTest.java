package dev.weft.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.identity.TestAuthority.Leaf;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may be the control service. */
class ControlTlsTest {

  private static final TestAuthority MESH = new TestAuthority("mesh");
  private static final TestAuthority FOREIGN = new TestAuthority("mesh"); // by name the same
  private static final String CONTROL = "spiffe://cluster.local/ns/weft-system/sa/weft-control";
  private static final String SHOP = "spiffe://cluster.local/ns/shop/sa/shop";
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Instant now = Instant.now();
  private final MeshTls mesh = new MeshTls(() -> now);

  private JoinToken token(TestAuthority of) {
    return JoinToken.parse(Tokens.of(SHOP, now.plusSeconds(60), of.root), "cluster.local");
  }

  private Credential server(TestAuthority by, String uri) {
    Credential made = by.credential(Leaf.of(now, Duration.ofHours(1), uri).withDns("localhost"));
    // It sends its root along: that is how a digest alone is enough.
    return new Credential(made.identity(), made.key(), List.of(made.leaf(), by.root), made.roots());
  }

  /** Connects to a server with this credential; whom the server saw, empty for nobody. */
  private String connect(ControlTls tls, Credential server, @Nullable String protocol)
      throws IOException {
    try (SSLServerSocket listener =
        (SSLServerSocket)
            Jsse.context(server, (chain, use) -> {})
                .getServerSocketFactory()
                .createServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      SSLParameters parameters = listener.getSSLParameters();
      parameters.setWantClientAuth(true);
      if (protocol != null) {
        parameters.setApplicationProtocols(new String[] {protocol});
      }
      listener.setSSLParameters(parameters);
      CompletableFuture<String> seen = CompletableFuture.supplyAsync(() -> answer(listener));
      Socket plain = new Socket(listener.getInetAddress(), listener.getLocalPort());
      try (Socket secured = tls.secure(plain, "127.0.0.1", plain.getPort(), PATIENCE)) {
        secured.getOutputStream().write(7);
        secured.getOutputStream().flush();
        return seen.join();
      } catch (IOException e) {
        assertThat(plain.isClosed()).isTrue();
        throw e;
      }
    } catch (java.security.GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private static String answer(SSLServerSocket listener) {
    try (SSLSocket socket = (SSLSocket) listener.accept()) {
      if (socket.getInputStream().read() != 7) {
        return "no byte";
      }
      return PeerNames.of((X509Certificate) socket.getSession().getPeerCertificates()[0])
          .toString();
    } catch (SSLPeerUnverifiedException e) {
      return "";
    } catch (IOException | java.security.cert.CertificateException e) {
      return e.toString();
    }
  }

  @Test
  void theTokensDigestIsEnoughToKnowTheRoot() throws IOException {
    ControlTls tls = new ControlTls(mesh, () -> token(MESH), null);
    assertThat(connect(tls, server(MESH, CONTROL), "h2")).isEmpty();
  }

  @Test
  void anotherRootIsNotTrustedWhateverItsName() {
    ControlTls tls = new ControlTls(mesh, () -> token(MESH), null);
    assertThatThrownBy(() -> connect(tls, server(FOREIGN, CONTROL), "h2"))
        .hasMessageContaining("no certificate of its chain is the root that the token names");
  }

  @Test
  void theRootSentAlongIsNoProofOfALeafThatItDidNotSign() {
    Credential foreign = server(FOREIGN, CONTROL);
    Credential mixed =
        new Credential(
            foreign.identity(), foreign.key(), List.of(foreign.leaf(), MESH.root), foreign.roots());
    ControlTls tls = new ControlTls(mesh, () -> token(MESH), null);
    assertThatThrownBy(() -> connect(tls, mixed, "h2")).hasMessageContaining("certificate chain");
  }

  @Test
  void aWorkloadIsNotTheControlService() {
    ControlTls tls = new ControlTls(mesh, () -> token(MESH), null);
    assertThatThrownBy(() -> connect(tls, server(MESH, SHOP), "h2"))
        .hasMessageContaining("control service: " + SHOP + " (expected: " + CONTROL + ")");
    String elsewhere = CONTROL.replace("cluster.local", "elsewhere");
    assertThatThrownBy(() -> connect(tls, server(MESH, elsewhere), "h2"))
        .hasMessageContaining("(expected: " + CONTROL + ")");
  }

  @Test
  void whoDoesNotSpeakHttp2IsNotTheControlService() {
    ControlTls tls = new ControlTls(mesh, () -> token(MESH), null);
    assertThatThrownBy(() -> connect(tls, server(MESH, CONTROL), null))
        .hasMessageContaining("ALPN");
  }

  @Test
  void aFileOfRootsGoesOverTheToken(@TempDir Path directory) throws IOException {
    Path roots = directory.resolve("root.pem");
    Files.writeString(roots, "the mesh's root:\n" + TestAuthority.pem(MESH.root));
    ControlTls tls = new ControlTls(mesh, () -> token(FOREIGN), roots);
    assertThat(connect(tls, server(MESH, CONTROL), "h2")).isEmpty();
    assertThatThrownBy(() -> connect(tls, server(FOREIGN, CONTROL), "h2"))
        .hasMessageContaining("certificate chain");
    Files.writeString(roots, "no certificate");
    assertThatThrownBy(() -> connect(tls, server(MESH, CONTROL), "h2"))
        .hasMessageContaining("no certificate");
  }

  @Test
  void ourCertificateIsPresentedOnceThereIsOne() throws Exception {
    ControlTls tls = new ControlTls(mesh, () -> token(MESH), null);
    assertThatThrownBy(() -> tls.awaitCertificate(Duration.ofMillis(1)))
        .hasMessageContaining("no certificate yet");
    mesh.use(MESH.credential(Leaf.of(now, Duration.ofHours(1), SHOP)));
    tls.awaitCertificate(Duration.ofMillis(1));
    assertThat(connect(tls, server(MESH, CONTROL), "h2")).isEqualTo(SHOP);
  }

  @Test
  void anExpiredOneIsNotPresented() throws Exception {
    mesh.use(MESH.credential(Leaf.of(now.minusSeconds(100), Duration.ofSeconds(50), SHOP)));
    ControlTls tls = new ControlTls(mesh, () -> token(MESH), null);
    assertThatThrownBy(() -> tls.awaitCertificate(Duration.ofMillis(1)))
        .hasMessageContaining("no certificate that is valid");
    assertThat(connect(tls, server(MESH, CONTROL), "h2")).isEmpty();
  }

  @Test
  void whoHasACertificateNeedsNoToken() throws Exception {
    List<String> reads = new ArrayList<>();
    ControlTls tls =
        new ControlTls(
            mesh,
            () -> {
              reads.add("read");
              throw new IOException("join token: gone");
            },
            null);
    assertThatThrownBy(() -> connect(tls, server(MESH, CONTROL), "h2"))
        .hasMessage("join token: gone");
    Credential own = MESH.credential(Leaf.of(now, Duration.ofHours(1), SHOP));
    mesh.use(own);
    assertThat(connect(tls, server(MESH, CONTROL), "h2")).isEqualTo(SHOP);
    mesh.use(new Credential(own.identity(), own.key(), own.chain(), Set.of(FOREIGN.root)));
    assertThatThrownBy(() -> connect(tls, server(MESH, CONTROL), "h2"))
        .hasMessageContaining("certificate chain");
    assertThat(reads).hasSize(3);
  }

  @Test
  void aTokenThatNamesARootFromBeforeIsEnoughWhereThereIsALink() throws IOException {
    Credential next = server(FOREIGN, CONTROL);
    List<X509Certificate> chain = List.of(next.leaf(), MESH.link(FOREIGN), FOREIGN.root, MESH.root);
    Credential linked = new Credential(next.identity(), next.key(), chain, next.roots());
    ControlTls tls = new ControlTls(mesh, () -> token(MESH), null);
    assertThat(connect(tls, linked, "h2")).isEmpty();
    assertThatThrownBy(() -> connect(tls, server(FOREIGN, CONTROL), "h2"))
        .hasMessageContaining("expected: a token that was made since that root was retired");
  }

  @Test
  void aLinkThatTheKnownRootDidNotSignLeadsNowhere() {
    Credential next = server(FOREIGN, CONTROL);
    TestAuthority liar = new TestAuthority("mesh"); // of the known one's name
    List<X509Certificate> chain = List.of(next.leaf(), liar.link(FOREIGN), FOREIGN.root, MESH.root);
    ControlTls tls = new ControlTls(mesh, () -> token(MESH), null);
    assertThatThrownBy(
            () ->
                connect(
                    tls, new Credential(next.identity(), next.key(), chain, next.roots()), "h2"))
        .hasMessageContaining("certificate chain");
  }
}
