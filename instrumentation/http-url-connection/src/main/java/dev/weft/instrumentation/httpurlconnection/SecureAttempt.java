package dev.weft.instrumentation.httpurlconnection;

import dev.weft.bridge.Step;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URL;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import sun.net.www.http.HttpClient;

/**
 * One try over the application's own TLS, which asks for the server's name and verifies it, as
 * {@code sun.net.www.protocol.https.AbstractDelegateHttpsURLConnection} has it. Where the engine
 * leaves it to the application where to connect to, the JDK does all by itself, through its proxy
 * if it has one.
 */
final class SecureAttempt extends Attempt {

  private static final int PORT = 443;

  private final Tls tls;
  private final @Nullable String server;

  private volatile @Nullable SSLSession session;

  /**
   * @param server whom to ask for where the endpoint has not its name; null: it has
   */
  private SecureAttempt(
      URL url, @Nullable URL endpoint, @Nullable Proxy proxy, Tls tls, @Nullable String server)
      throws IOException {
    super(url, endpoint, proxy);
    this.tls = tls;
    this.server = server;
  }

  static SecureAttempt direct(URL url, Tls tls) throws IOException {
    return new SecureAttempt(url, null, null, tls, null);
  }

  static SecureAttempt to(URL url, Step.Send send, Tls tls) throws IOException {
    InetSocketAddress address = send.address();
    URL endpoint = endpoint(url, address, send.target());
    boolean same =
        send.server() == null
            && address.isUnresolved()
            && address.getHostString().equalsIgnoreCase(url.getHost())
            && address.getPort() == (url.getPort() < 0 ? PORT : url.getPort());
    if (same) {
      URL own = new URL(url.getProtocol(), url.getHost(), url.getPort(), send.target());
      return new SecureAttempt(url, own, null, tls, null);
    }
    String server = send.server() == null ? url.getHost() : send.server();
    return new SecureAttempt(url, endpoint, Proxy.NO_PROXY, tls, server);
  }

  /** Of the connection, once it is made; null before. */
  @Nullable SSLSession session() {
    return session;
  }

  @Override
  HttpClient open(URL url, @Nullable Proxy proxy, int timeout, boolean pooled) throws IOException {
    var factory = tls.factory().get();
    return HttpsClients.open(
        server == null ? factory : ServerNames.of(factory, server),
        url,
        tls.verifier().get(),
        proxy,
        pooled,
        timeout,
        this);
  }

  @Override
  public void connect() throws IOException {
    if (connected) {
      return;
    }
    plainConnect();
    if (cachedResponse != null) {
      return;
    }
    if (!http.isCachedConnection() && http.needsTunneling()) {
      doTunneling();
    }
    secure();
  }

  private void secure() throws IOException {
    URL found = endpoint();
    if (server == null || found == null) {
      http.afterConnect();
    } else {
      HttpsClients.secure(http, found, server);
    }
    session = HttpsClients.session(http);
  }

  /** Called by the JDK to send once more what it could not write. */
  @Override
  protected void setNewClient(URL url, boolean pooled) throws IOException {
    if (isTry()) {
      super.setNewClient(url, pooled); // which refuses
    }
    int timeout = getReadTimeout();
    http = open(url, null, getConnectTimeout(), pooled);
    http.setReadTimeout(timeout);
    secure();
  }

  /** Called by the JDK when a proxy has closed its connection after it asked who we are. */
  @Override
  protected void proxiedConnect(URL url, String proxyHost, int proxyPort, boolean pooled)
      throws IOException {
    if (connected) {
      return;
    }
    Proxy proxy =
        new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxyHost, proxyPort));
    int timeout = getReadTimeout();
    http = open(url, proxy, getConnectTimeout(), pooled);
    http.setReadTimeout(timeout);
    connected = true;
  }
}
