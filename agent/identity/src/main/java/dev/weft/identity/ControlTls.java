package dev.weft.identity;

import dev.weft.engine.config.SpiffeId;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * TLS to the control service. Whom to trust is known beforehand: the root whose digest the join
 * token carries, or a file of roots, and what these have told since. The server must be the control
 * service by its SPIFFE id; its host name says nothing.
 */
public final class ControlTls {

  private static final String SERVICE = "/ns/weft-system/sa/weft-control";
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private final MeshTls mesh;
  private final TokenSource tokens;
  private final @Nullable Path roots;
  private volatile @Nullable JoinToken last;

  /**
   * @param roots a PEM file; null: the token's digest says which root it is
   */
  public ControlTls(MeshTls mesh, TokenSource tokens, @Nullable Path roots) {
    this.mesh = mesh;
    this.tokens = tokens;
    this.roots = roots;
  }

  /**
   * Waits for our certificate.
   *
   * @throws IOException there is none that is valid within this time
   */
  public void awaitCertificate(Duration patience) throws IOException {
    try {
      mesh.first().get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException("this process has no certificate yet", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("never completes exceptionally", e);
    }
    if (mesh.valid() == null) {
      throw new IOException("this process has no certificate that is valid");
    }
  }

  /**
   * Speaks TLS over a connected socket, which is closed when that fails. Our certificate is
   * presented where there is one that is valid.
   *
   * @param timeout for each answer of the handshake
   * @throws IOException the server is not the control service, or speaks no HTTP/2 over TLS
   */
  public Socket secure(Socket plain, String host, int port, Duration timeout) throws IOException {
    return secure(plain, new Server(host, port), mesh.valid(), timeout);
  }

  /** Likewise, and presents nothing: a token will say who we are. */
  public Socket secureUnnamed(Socket plain, String host, int port, Duration timeout)
      throws IOException {
    return secure(plain, new Server(host, port), null, timeout);
  }

  private record Server(String host, int port) {}

  private Socket secure(
      Socket plain, Server server, @Nullable Credential presented, Duration timeout)
      throws IOException {
    try {
      SSLSocket secured = socket(plain, server, presented);
      secured.setSoTimeout((int) timeout.toMillis());
      secured.startHandshake();
      if (!secured.getApplicationProtocol().equals("h2")) {
        throw new IOException(
            "ALPN: \"" + secured.getApplicationProtocol() + "\" (expected: \"h2\")");
      }
      secured.setSoTimeout(0);
      secured.setSoLinger(true, 1); // closing must not wait for a peer that does not read
      return secured;
    } catch (IOException | GeneralSecurityException e) {
      plain.close();
      throw e instanceof IOException io ? io : new IOException("TLS: " + e.getMessage(), e);
    }
  }

  private SSLSocket socket(Socket plain, Server server, @Nullable Credential presented)
      throws IOException, GeneralSecurityException {
    Pin pin = pin();
    SSLSocket socket =
        (SSLSocket)
            Jsse.context(presented, pin::check)
                .getSocketFactory()
                .createSocket(plain, server.host(), server.port(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setProtocols(PROTOCOLS);
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    return socket;
  }

  /** The roots that count now. */
  private Pin pin() throws IOException, CertificateException {
    Credential own = mesh.credential();
    Set<X509Certificate> known = new HashSet<>();
    if (own != null) {
      known.addAll(mesh.roots()); // an authenticated control service has told them
    }
    if (roots != null) {
      known.addAll(Pem.certificates(Files.readString(roots, StandardCharsets.US_ASCII)));
    }
    JoinToken token = token(own != null);
    SpiffeId ours = own != null ? own.identity() : token == null ? null : token.subject();
    if (ours == null) {
      throw new IOException("neither certificate nor token says of which trust domain we are");
    }
    if (roots == null && own == null && token != null && token.root() == null) {
      throw new IOException(
          "whom to trust: a service account's token does not say (expected: weft.root)");
    }
    return new Pin(
        SpiffeId.parse("spiffe://" + ours.trustDomain() + SERVICE),
        known,
        roots != null || token == null ? null : token.root(),
        mesh::instant);
  }

  /** Its absence is an error only as long as nothing else says whom to trust. */
  private @Nullable JoinToken token(boolean dispensable) throws IOException {
    try {
      last = tokens.read();
    } catch (IOException e) {
      if (last == null && !dispensable) {
        throw e;
      }
    }
    return last;
  }

  /**
   * @param digest of one more root, which the server sends along; null: none
   */
  private record Pin(
      SpiffeId service,
      Set<X509Certificate> known,
      @Nullable RootDigest digest,
      InstantSource clock) {

    void check(X509Certificate[] chain, Trust.Use use) throws CertificateException {
      Set<X509Certificate> anchors = new HashSet<>(known);
      for (X509Certificate each : chain) {
        if (digest != null && RootDigest.of(each).equals(digest)) {
          anchors.add(each);
        }
      }
      if (anchors.isEmpty()) {
        throw new CertificateException(
            "control service: no certificate of its chain is the root that the token names"
                + " (expected: a token that was made since that root was retired)");
      }
      SpiffeId found = new Trust(anchors, clock).verify(chain, use);
      if (!found.equals(service)) {
        throw new CertificateException(
            "control service: " + found + " (expected: " + service + ")");
      }
    }
  }
}
