package dev.weft.control.source.keys;

import dev.weft.control.config.yaml.Excerpt;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Fetches small documents over HTTPS. A name is resolved once, the address is judged, and the
 * connection goes to that very address, so that no second answer of DNS can lead elsewhere; nobody
 * is followed to another place. This is why it speaks HTTP itself: no client of the JDK lets its
 * caller choose the address and verifies the name.
 */
final class Fetcher {

  private static final int HTTPS = 443;
  private static final int HTTP = 80;

  private final FetchRules rules;
  private final Resolver resolver;

  /** Asks for the addresses of a name. */
  interface Resolver {
    InetAddress[] resolve(String host) throws UnknownHostException;
  }

  Fetcher(FetchRules rules, Resolver resolver) {
    this.rules = rules;
    this.resolver = resolver;
  }

  /**
   * @param timeout of everything together
   * @throws IOException says what was found and what was expected
   */
  String fetch(String url, Duration timeout) throws IOException {
    URI uri = uri(url);
    Deadline deadline = new Deadline(timeout);
    String host = uri.getHost();
    boolean isTls = uri.getScheme().equals("https");
    int port = uri.getPort() >= 0 ? uri.getPort() : isTls ? HTTPS : HTTP;
    InetAddress address = address(host);
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(address, port), deadline.left());
      plain.setSoTimeout(deadline.left());
      try (Socket socket = isTls ? encrypted(plain, host, port) : plain) {
        socket.getOutputStream().write(request(uri).getBytes(StandardCharsets.US_ASCII));
        return new Response(deadline.bounding(socket)).body();
      }
    } catch (SocketTimeoutException e) {
      throw new IOException("no answer within " + timeout.toMillis() + " ms", e);
    }
  }

  private URI uri(String url) throws IOException {
    try {
      URI uri = new URI(url);
      String scheme = uri.getScheme() == null ? "" : uri.getScheme();
      boolean isPlain = scheme.equals("http") && uri.getHost() != null;
      if (isPlain && !rules.isPrivate(uri.getHost())) {
        throw new IOException(
            Excerpt.of(url) + " (expected: https, or a host of --jwks-private-host)");
      }
      if ((scheme.equals("https") || isPlain) && uri.getHost() != null) {
        return uri;
      }
    } catch (java.net.URISyntaxException e) {
      throw new IOException(Excerpt.of(url) + " (expected: https://host/path)", e);
    }
    throw new IOException(Excerpt.of(url) + " (expected: https://host/path)");
  }

  /** The address to connect to. One that is private makes all of a name's suspicious. */
  private InetAddress address(String host) throws IOException {
    InetAddress[] all;
    try {
      all = resolver.resolve(host);
    } catch (UnknownHostException e) {
      throw new IOException(host + " is not known to DNS", e);
    }
    if (!rules.isPrivate(host)) {
      for (InetAddress each : all) {
        if (!PublicAddresses.contains(each)) {
          throw new IOException(
              host
                  + " is at "
                  + each.getHostAddress()
                  + " (expected: public addresses, or a host of --jwks-private-host)");
        }
      }
    }
    return Arrays.stream(all)
        .findFirst()
        .orElseThrow(() -> new UnknownHostException(host + " has no address"));
  }

  private static Socket encrypted(Socket plain, String host, int port) throws IOException {
    String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    SSLSocket socket = (SSLSocket) factory.createSocket(plain, name, port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private static String request(URI uri) {
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    return "GET "
        + path
        + query
        + " HTTP/1.1\r\nHost: "
        + uri.getHost()
        + port
        + "\r\nAccept: application/jwk-set+json, application/json\r\nUser-Agent: weft\r\n"
        + "Connection: close\r\n\r\n";
  }

  /** When it has taken long enough, however often something arrives. */
  private static final class Deadline {

    private final long end;

    Deadline(Duration timeout) {
      this.end = System.nanoTime() + timeout.toNanos();
    }

    /** Milliseconds. */
    int left() throws SocketTimeoutException {
      long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
      if (left <= 0) {
        throw new SocketTimeoutException();
      }
      return (int) Math.min(left, Integer.MAX_VALUE);
    }

    InputStream bounding(Socket socket) throws IOException {
      InputStream in = socket.getInputStream();
      return new InputStream() {
        @Override
        public int read() throws IOException {
          byte[] one = new byte[1];
          return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
          socket.setSoTimeout(left());
          return in.read(buffer, offset, length);
        }
      };
    }
  }
}
