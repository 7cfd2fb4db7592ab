package dev.weft.instrumentation.httpurlconnection;

import dev.weft.bridge.Mesh;
import dev.weft.bridge.OutboundCall;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Authenticator;
import java.net.HttpRetryException;
import java.net.HttpURLConnection;
import java.net.ProtocolException;
import java.net.URL;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import sun.net.www.http.PosterOutputStream;

/**
 * What the application holds. Its settings wait until the response is asked for; then the hops are
 * run, and what it asks is answered by the last one's response.
 */
final class MeshConnection extends HttpURLConnection {

  private final Mesh mesh;
  private final Settings settings;

  // Not synchronized: virtual threads block here. Guards what follows.
  private final ReentrantLock lock = new ReentrantLock();
  private boolean connecting;
  private @Nullable PosterOutputStream body;
  private @Nullable OutputStream streamed;
  private boolean broken;
  private @Nullable Exception failure;

  // Read by disconnect, which must not wait for the lock.
  private volatile @Nullable Hop hop;
  private volatile @Nullable Response response;

  /**
   * @param tls the application's own; null: the URL wants none
   */
  MeshConnection(Mesh mesh, URL url, @Nullable Tls tls) throws IOException {
    super(url);
    this.mesh = mesh;
    this.settings = new Settings(this, url, tls);
  }

  // ---- the exchange

  private Response respond() throws IOException {
    lock.lock();
    try {
      connecting = true;
      Response known = response;
      if (known != null) {
        return known;
      }
      if (failure != null) {
        throw Failures.again(failure);
      }
      Response received = follow();
      connected = received.isConnected();
      response = received;
      return received;
    } catch (IOException | RuntimeException e) {
      failure = failure == null ? e : failure;
      throw e;
    } finally {
      lock.unlock();
    }
  }

  private Response follow() throws IOException {
    closeStream();
    Request request = new Request(url, method, settings.pairs(), body);
    for (int redirects = 0; redirects < Redirects.limit(); redirects++) {
      Response received = hop(request).run();
      String location = received.headers().first("location");
      URL to =
          instanceFollowRedirects
              ? Redirects.target(request.url(), received.status(), location)
              : null;
      if (to == null) {
        return received;
      }
      received.discard();
      if (isStreaming()) {
        throw new HttpRetryException(
            "cannot retry due to redirection, in streaming mode", received.status(), location);
      }
      request = Redirects.next(request, to, received.status());
      url = to;
      method = request.method();
      hop = null;
    }
    throw new ProtocolException("Server redirected too many times (" + Redirects.limit() + ")");
  }

  /** The hop for this request, begun already or made now. */
  private Hop hop(Request request) throws IOException {
    Hop begun = hop;
    if (begun == null) {
      OutboundCall call = HttpUrlConnectionCalls.outbound(mesh, request);
      begun =
          call == null
              ? new Outside(settings, request)
              : new Exchange(settings, mesh, request, call);
      hop = begun;
    }
    return begun;
  }

  private Hop hop() throws IOException {
    return hop(new Request(url, method, settings.pairs(), null));
  }

  private void closeStream() throws IOException {
    if (!isStreaming() || broken) {
      return;
    }
    OutputStream open = streamed;
    if (open == null) {
      open = getOutputStream(); // the JDK sends the head of a request that streams nothing
    }
    open.close();
  }

  /** The streamed body cannot be written: the call ends now, whether or not anybody asks. */
  void streamBroke() {
    broken = true;
    try {
      respond();
    } catch (IOException | RuntimeException e) {
      // Remembered: the application meets it when it asks for the response.
    }
  }

  /**
   * The session of what was received, or of what was connected ahead of it; null: answered by the
   * mesh.
   *
   * @throws IllegalStateException before there is any of these, in the JDK's words
   */
  @Nullable SSLSession session() {
    Response received = response;
    Hop begun = hop;
    SSLSession session =
        received != null ? received.session() : begun == null ? null : begun.session();
    if (received == null && session == null) {
      throw new IllegalStateException("connection not yet open");
    }
    return session;
  }

  // ---- ahead of the response

  @Override
  public void connect() throws IOException {
    lock.lock();
    try {
      connecting = true;
      if (!connected && response == null) {
        hop().connect();
        connected = true;
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    lock.lock();
    try {
      connecting = true;
      beforeOutput();
      if (isStreaming()) {
        if (streamed == null) {
          streamed = new StreamedBody(hop().stream(), this);
        }
        return streamed;
      }
      if (body == null) {
        body = new PosterOutputStream();
      }
      return body;
    } finally {
      lock.unlock();
    }
  }

  private void beforeOutput() throws IOException {
    if (!doOutput) {
      throw new ProtocolException(
          "cannot write to a URLConnection if doOutput=false - call setDoOutput(true)");
    }
    if (failure != null) {
      throw Failures.again(failure);
    }
    if (method.equals("GET")) {
      method = "POST"; // the JDK's "backward compatibility"
    }
    if (method.equals("TRACE")) {
      throw new ProtocolException("HTTP method TRACE doesn't support output");
    }
    if (response != null) {
      throw new ProtocolException("Cannot write output after reading input.");
    }
  }

  private boolean isStreaming() {
    return fixedContentLength != -1 || fixedContentLengthLong != -1 || chunkLength != -1;
  }

  /** Puts a try into the streaming mode that the application chose. */
  void streamInto(Attempt attempt) {
    if (chunkLength != -1) {
      attempt.setChunkedStreamingMode(chunkLength);
    } else if (fixedContentLengthLong != -1) {
      attempt.setFixedLengthStreamingMode(fixedContentLengthLong);
    } else if (fixedContentLength != -1) {
      attempt.setFixedLengthStreamingMode(fixedContentLength);
    }
  }

  @Override
  public void disconnect() {
    Response received = response;
    Hop begun = hop;
    if (received != null) {
      received.disconnect();
      connected = false;
    } else if (begun != null) {
      begun.cancel();
    }
  }

  // ---- the response; getResponseCode and what reads single headers build on these

  @Override
  public InputStream getInputStream() throws IOException {
    if (!doInput) {
      throw new ProtocolException(
          "Cannot read from URLConnection if doInput=false (call setDoInput(true))");
    }
    return respond().input();
  }

  @Override
  public @Nullable InputStream getErrorStream() {
    Response received = response;
    return received == null ? null : received.error();
  }

  private @Nullable Response quietly() {
    if (!doInput) {
      return null;
    }
    try {
      return respond();
    } catch (IOException | RuntimeException e) {
      return null; // as the JDK: whoever asks for the response itself is told
    }
  }

  @Override
  public @Nullable String getHeaderField(@Nullable String name) {
    Response received = quietly();
    return received == null ? null : received.table().findValue(name);
  }

  @Override
  public @Nullable String getHeaderField(int n) {
    Response received = quietly();
    return received == null ? null : received.table().getValue(n);
  }

  @Override
  public @Nullable String getHeaderFieldKey(int n) {
    Response received = quietly();
    return received == null ? null : received.table().getKey(n);
  }

  @Override
  public Map<String, List<String>> getHeaderFields() {
    Response received = quietly();
    return received == null ? Map.of() : received.table().getHeaders();
  }

  @Override
  public boolean usingProxy() {
    Response received = response;
    return received != null && received.usedProxy();
  }

  // ---- settings

  @Override
  public void setRequestMethod(String method) throws ProtocolException {
    if (connecting) {
      throw new IllegalStateException("connect in progress");
    }
    super.setRequestMethod(method);
  }

  @Override
  public void setConnectTimeout(int timeout) {
    settings.checkTimeout(timeout);
    super.setConnectTimeout(timeout);
  }

  @Override
  public void setReadTimeout(int timeout) {
    settings.checkTimeout(timeout);
    super.setReadTimeout(timeout);
  }

  @Override
  public void setAuthenticator(Authenticator authenticator) {
    if (connecting || connected) {
      throw new IllegalStateException("Authenticator must be set before connecting");
    }
    settings.authenticator(authenticator);
  }

  @Override
  public void setRequestProperty(String name, @Nullable String value) {
    checkUnconnected();
    settings.set(name, value);
  }

  @Override
  public void addRequestProperty(String name, @Nullable String value) {
    checkUnconnected();
    settings.add(name, value);
  }

  private void checkUnconnected() {
    if (connected || connecting) {
      throw new IllegalStateException("Already connected");
    }
  }

  @Override
  public @Nullable String getRequestProperty(@Nullable String name) {
    return settings.get(name);
  }

  @Override
  public Map<String, List<String>> getRequestProperties() {
    if (connected) {
      throw new IllegalStateException("Already connected");
    }
    return settings.all();
  }
}
