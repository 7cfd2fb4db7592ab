package dev.weft.instrumentation.httpurlconnection;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * An application's factory, for servers of one name at endpoints that the engine chooses. The JDK
 * makes and connects a plain socket, as it does through a proxy, and has TLS put around it, which
 * is asked for under that name. The JDK pools connections by the factory's identity: those to one
 * endpoint under two names stay apart.
 */
final class ServerNames extends SSLSocketFactory {

  private static final Map<SSLSocketFactory, Map<String, WeakReference<ServerNames>>> KNOWN =
      new WeakHashMap<>();

  private final SSLSocketFactory application;
  private final String server;

  private ServerNames(SSLSocketFactory application, String server) {
    this.application = application;
    this.server = server;
  }

  /** The same for the same, as long as a connection or a try has it. */
  static ServerNames of(SSLSocketFactory application, String server) {
    synchronized (KNOWN) {
      Map<String, WeakReference<ServerNames>> names =
          KNOWN.computeIfAbsent(application, any -> new ConcurrentHashMap<>());
      WeakReference<ServerNames> known = names.get(server);
      ServerNames found = known == null ? null : known.get();
      if (found == null) {
        names.values().removeIf(gone -> gone.get() == null);
        found = new ServerNames(application, server);
        names.put(server, new WeakReference<>(found));
      }
      return found;
    }
  }

  /** What the JDK takes for: make a plain one, and have TLS put around it. */
  @Override
  public Socket createSocket() throws IOException {
    SocketException layered = new SocketException("Unconnected sockets not implemented");
    layered.initCause(new UnsupportedOperationException());
    throw layered;
  }

  @Override
  public Socket createSocket(@Nullable Socket plain, String host, int port, boolean closes)
      throws IOException {
    return application.createSocket(plain, server, port, closes);
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    throw byName();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort)
      throws IOException {
    throw byName();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    throw byName();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
      throws IOException {
    throw byName();
  }

  // The JDK tries that when TLS could not be put around its socket, and passes over its failure.
  private static IOException byName() {
    return new IOException("the endpoint is the mesh's choice");
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return application.getDefaultCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return application.getSupportedCipherSuites();
  }
}
