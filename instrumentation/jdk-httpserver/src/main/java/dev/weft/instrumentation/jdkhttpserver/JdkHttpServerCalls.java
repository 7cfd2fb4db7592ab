package dev.weft.instrumentation.jdkhttpserver;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weft.bridge.Mesh;
import dev.weft.bridge.Weft;
import java.io.IOException;

/** The woven server's way in. */
public final class JdkHttpServerCalls {

  static final String LIBRARY = "jdk-httpserver";

  private JdkHttpServerCalls() {}

  /** Whether the chain's work is done here: see {@link Admitted#handles}. */
  public static boolean handled(Filter.Chain chain, HttpExchange exchange) throws IOException {
    return Admitted.handles(chain, exchange);
  }

  /** The headers of an exchange that has just been made. */
  public static Headers arriving(Headers headers, Object exchange, Object connection) {
    return new RequestHeaders(headers, new Arrival(exchange, connection));
  }

  /** The application sends a response head; the server refuses a second one itself. */
  public static void committing(
      Headers request, Headers response, boolean committed, int status, long length) {
    if (!committed && request instanceof RequestHeaders mine) {
      mine.arrival().committing(status, length, response);
    }
  }

  /** The response was written to its end. */
  public static void written(Object exchangeOrConnection) {
    Arrival arrival = Arrival.of(exchangeOrConnection);
    if (arrival != null) {
      arrival.written();
    }
  }

  /** The connection is closed; what is still going on there is broken off. */
  public static void closing(Object connection) {
    Arrival arrival = Arrival.of(connection);
    if (arrival != null) {
      arrival.closed();
    }
  }

  public static void started(HttpServer server) {
    Mesh mesh = Weft.mesh();
    if (mesh != null) {
      mesh.listening(server.getAddress(), LIBRARY);
    }
  }

  public static void stopping(HttpServer server) {
    Mesh mesh = Weft.mesh();
    if (mesh != null && server.getAddress() != null) {
      mesh.closed(server.getAddress());
    }
  }
}
