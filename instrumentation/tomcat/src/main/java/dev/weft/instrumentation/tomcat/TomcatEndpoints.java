package dev.weft.instrumentation.tomcat;

import dev.weft.bridge.Mesh;
import dev.weft.bridge.Weft;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.apache.tomcat.util.net.AbstractEndpoint;
import org.jspecify.annotations.Nullable;

/** Where Tomcat listens. */
public final class TomcatEndpoints {

  private TomcatEndpoints() {}

  /** The endpoint accepts connections now. */
  public static void listening(AbstractEndpoint<?, ?> endpoint) {
    Mesh mesh = Weft.mesh();
    InetSocketAddress local = address(endpoint);
    if (mesh != null && local != null && endpoint.isRunning() && !endpoint.isPaused()) {
      mesh.listening(local, "tomcat");
    }
  }

  /** The endpoint is about to stop accepting; its socket is still open, if it ever was. */
  public static void closed(AbstractEndpoint<?, ?> endpoint) {
    Mesh mesh = Weft.mesh();
    InetSocketAddress local = address(endpoint);
    if (mesh != null && local != null) {
      mesh.closed(local);
    }
  }

  /** The port that was really bound; null when there is none, or no TCP. */
  private static @Nullable InetSocketAddress address(AbstractEndpoint<?, ?> endpoint) {
    int port = endpoint.getLocalPort();
    InetAddress bound = endpoint.getAddress();
    if (port <= 0) {
      return null;
    }
    return bound == null ? new InetSocketAddress(port) : new InetSocketAddress(bound, port);
  }
}
