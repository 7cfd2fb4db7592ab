package dev.weft.instrumentation.httpurlconnection;

import dev.weft.bridge.Step;
import java.io.IOException;
import java.net.CookieHandler;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.SocketException;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sun.net.www.http.HttpClient;
import sun.net.www.protocol.http.HttpURLConnection;

/**
 * One try: the JDK's own connection for the application's URL, so that cookies, caches and
 * authentication see that URL, whose socket goes to the endpoint. The endpoint is also what the JDK
 * pools the socket by, so that a pooled one never defeats the choice.
 *
 * <p>The JDK's silent second sending of a request is off: whether to try again is the engine's to
 * say.
 */
class Attempt extends HttpURLConnection {

  // Those that the JDK does not let an application set; the engine may.
  private static final Set<String> RESTRICTED =
      Set.of(
          "access-control-request-headers",
          "access-control-request-method",
          "connection",
          "content-length",
          "content-transfer-encoding",
          "host",
          "keep-alive",
          "origin",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "via");

  private final @Nullable URL endpoint;
  private final List<Map.Entry<String, String>> forced = new ArrayList<>();

  private final Object breaking = new Object();
  // Both guarded by breaking.
  private @Nullable HttpClient client;
  private boolean broken;

  private volatile boolean connectedOnce;

  /**
   * @param endpoint where to connect, and what to ask for there; null: the URL itself
   * @param proxy null: the JDK chooses one
   */
  Attempt(URL url, @Nullable URL endpoint, @Nullable Proxy proxy) throws IOException {
    super(url, proxy);
    this.endpoint = endpoint;
  }

  /**
   * As the JDK would do it, through a proxy where one is configured.
   *
   * @param tls of an {@code https} URL; null: of another
   */
  static Attempt direct(URL url, @Nullable Tls tls) throws IOException {
    return tls == null ? new Attempt(url, null, null) : SecureAttempt.direct(url, tls);
  }

  /** As the engine says. */
  static Attempt to(URL url, Step.Send send, @Nullable Tls tls) throws IOException {
    return tls == null
        ? new Attempt(url, endpoint(url, send.address(), send.target()), Proxy.NO_PROXY)
        : SecureAttempt.to(url, send, tls);
  }

  /**
   * @param target raw path and query, as they go on the wire
   */
  static URL endpoint(URL url, InetSocketAddress address, String target) throws IOException {
    return new URL(url.getProtocol(), host(address), address.getPort(), target);
  }

  private static String host(InetSocketAddress address) {
    InetAddress resolved = address.getAddress();
    if (resolved == null) {
      return address.getHostString(); // the JDK resolves it when it connects
    }
    String literal = resolved.getHostAddress();
    return resolved instanceof Inet6Address ? "[" + literal + "]" : literal;
  }

  /** Whether the JDK keeps a header of this name from applications. */
  static boolean isRestricted(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return RESTRICTED.contains(lower) || lower.startsWith("sec-");
  }

  /** The method as it stands, even one that {@code setRequestMethod} would refuse. */
  void method(String name) {
    method = name;
  }

  /** Adds a header, on behalf of the application or of the engine. */
  void header(String name, String value) {
    boolean allowed = name.equalsIgnoreCase("connection") && value.equalsIgnoreCase("close");
    if (isRestricted(name) && !allowed) {
      forced.add(Map.entry(name, value));
    } else {
      addRequestProperty(name, value);
    }
  }

  boolean isConnected() {
    return connected;
  }

  /** Whether a connection was ever established: before that, a failure is one to connect. */
  boolean wasConnected() {
    return connectedOnce;
  }

  @Override
  protected HttpClient getNewHttpClient(URL url, @Nullable Proxy proxy, int timeout)
      throws IOException {
    return endpoint == null
        ? opened(open(url, proxy, timeout, true))
        : opened(toEndpoint(endpoint, proxy, timeout));
  }

  @Override
  protected HttpClient getNewHttpClient(URL url, @Nullable Proxy proxy, int timeout, boolean pooled)
      throws IOException {
    return opened(open(endpoint == null ? url : endpoint, proxy, timeout, pooled));
  }

  /** Opens a connection, or takes one from the pool. */
  HttpClient open(URL url, @Nullable Proxy proxy, int timeout, boolean pooled) throws IOException {
    return super.getNewHttpClient(url, proxy, timeout, pooled);
  }

  /** A connection from the pool that its server has not closed, or a new one. */
  private HttpClient toEndpoint(URL to, @Nullable Proxy proxy, int timeout) throws IOException {
    HttpClient found = open(to, proxy, timeout, true);
    while (found.isCachedConnection() && PooledSocket.isClosed(found)) {
      found.closeServer();
      found = open(to, proxy, timeout, true);
    }
    return found;
  }

  /** For the cookies of a response: the JDK would keep them for the endpoint. */
  @Override
  public @Nullable CookieHandler getCookieHandler() {
    CookieHandler application = super.getCookieHandler();
    return application == null || endpoint == null ? application : new Cookies(application, url);
  }

  /** Called by the JDK to send once more what it could not write. */
  @Override
  protected void setNewClient(URL url, boolean pooled) throws IOException {
    if (endpoint != null) {
      throw new IOException("Error writing to server");
    }
    super.setNewClient(url, pooled);
  }

  final @Nullable URL endpoint() {
    return endpoint;
  }

  final boolean isTry() {
    return endpoint != null;
  }

  final HttpClient opened(HttpClient opened) throws IOException {
    if (endpoint != null) {
      opened.setDoNotRetry(true);
    }
    // The JDK's lock is held here, as it must be for headers that the application may not set.
    for (Map.Entry<String, String> header : forced) {
      setAuthenticationProperty(header.getKey(), header.getValue());
    }
    forced.clear();
    connectedOnce = true;
    boolean late;
    synchronized (breaking) {
      late = broken;
      client = opened;
    }
    if (late) {
      opened.closeServer();
      throw new SocketException("Socket closed");
    }
    return opened;
  }

  /**
   * Closes the socket, from any thread. The JDK's own disconnect waits for a reader that is blocked
   * on it.
   */
  void abort() {
    HttpClient open;
    synchronized (breaking) {
      broken = true;
      open = client;
      client = null;
    }
    if (open != null) {
      open.setDoNotRetry(true);
      open.closeServer();
    }
  }

  /** The response is over: the socket may belong to another request by now. */
  void over() {
    synchronized (breaking) {
      client = null;
    }
  }
}
