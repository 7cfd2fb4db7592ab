package dev.weft.instrumentation.httpurlconnection;

import dev.weft.bridge.Mesh;
import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.RequestHead;
import dev.weft.bridge.Weft;
import java.io.IOException;
import java.net.Proxy;
import java.net.URL;
import java.net.URLConnection;
import org.jspecify.annotations.Nullable;

/** Asks the engine about requests that are made through URLs. */
public final class HttpUrlConnectionCalls {

  static final String LIBRARY = "http-url-connection";

  private HttpUrlConnectionCalls() {}

  /** The connection for a URL that the mesh owns; null: the JDK's own. */
  public static @Nullable URLConnection open(URL url, @Nullable Proxy proxy) throws IOException {
    Mesh mesh = Weft.mesh();
    if (mesh == null
        || (proxy != null && proxy.type() != Proxy.Type.DIRECT)
        || url.getHost().isEmpty()
        || !mesh.owns(url.getProtocol(), authority(url))) {
      return null;
    }
    return url.getProtocol().equalsIgnoreCase("https")
        ? new SecureConnection(mesh, url)
        : new MeshConnection(mesh, url, null);
  }

  /** The engine's call for this request; null: not the mesh's business. */
  static @Nullable OutboundCall outbound(Mesh mesh, Request request) {
    URL url = request.url();
    return mesh.outbound(
        new RequestHead(
            LIBRARY,
            request.method(),
            url.getProtocol(),
            authority(url),
            target(url),
            request.headers()));
  }

  static String authority(URL url) {
    return url.getPort() < 0 ? url.getHost() : url.getHost() + ":" + url.getPort();
  }

  private static String target(URL url) {
    String file = url.getFile();
    return file.isEmpty() || file.charAt(0) == '?' ? "/" + file : file;
  }
}
