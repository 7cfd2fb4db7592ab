package dev.weft.instrumentation.jdkhttpserver;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
import dev.weft.bridge.Admission;
import dev.weft.bridge.Context;
import dev.weft.bridge.InboundCall;
import dev.weft.bridge.Mesh;
import dev.weft.bridge.Peer;
import dev.weft.bridge.RequestHead;
import dev.weft.bridge.Step;
import dev.weft.bridge.Weft;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;

/** Reaches the verdict on an exchange, and does as it says. */
final class Admitted {

  private static final String SERVER = "sun.net.httpserver.";

  private Admitted() {}

  /**
   * Called where a chain is entered. False: go on, the exchange was admitted by an earlier chain or
   * filter, or is not this server's. True: it was handled here, whatever became of it.
   *
   * @throws IOException as the application's filters and handler do
   */
  static boolean handles(Filter.Chain chain, HttpExchange exchange) throws IOException {
    Mesh mesh = Weft.mesh();
    if (mesh == null) {
      return false;
    }
    if (!(exchange.getRequestHeaders() instanceof RequestHeaders headers)) {
      if (exchange.getClass().getName().startsWith(SERVER)) {
        throw new IOException("an exchange of the server that is not known cannot be admitted");
      }
      return false;
    }
    if (!headers.arrival().isFirst()) {
      return false;
    }
    try {
      admit(mesh, chain, exchange, headers);
      return true;
    } catch (Throwable t) {
      headers.arrival().finished(t); // the server closes the connection
      throw t;
    }
  }

  private static void admit(
      Mesh mesh, Filter.Chain chain, HttpExchange exchange, RequestHeaders headers)
      throws IOException {
    Peer peer = new Peer(exchange.getRemoteAddress(), exchange.getLocalAddress());
    InboundCall call = Admission.arrived(mesh, peer, head(exchange));
    headers.arrival().joined(call);
    InboundCall.Verdict verdict = Admission.await(call);
    if (verdict instanceof InboundCall.Verdict.Pass pass) {
      headers.edit(pass.edits());
      headers.arrival().handling();
      handle(chain, exchange, call);
      headers.arrival().handled();
    } else if (verdict instanceof InboundCall.Verdict.Refuse refusal) {
      headers.arrival().refused();
      answer(exchange, refusal.answer());
    } else {
      throw new IOException("found " + verdict + " (expected: Pass or Refuse)");
    }
  }

  private static void handle(Filter.Chain chain, HttpExchange exchange, InboundCall call)
      throws IOException {
    InboundCall before = Context.enter(call);
    try {
      chain.doFilter(exchange); // comes back here, and goes on
    } finally {
      Context.exit(before);
    }
  }

  private static void answer(HttpExchange exchange, Step.Answer answer) throws IOException {
    answer.headers().apply(HeaderMaps.target(exchange.getResponseHeaders()));
    boolean bodiless = answer.body().length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(answer.status(), bodiless ? -1 : answer.body().length);
    if (!bodiless) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(answer.body());
      }
    }
    exchange.close();
  }

  private static RequestHead head(HttpExchange exchange) {
    Headers headers = exchange.getRequestHeaders();
    URI uri = exchange.getRequestURI();
    String host = headers.getFirst("Host");
    boolean absolute = uri.isAbsolute() && uri.getRawAuthority() != null;
    String authority = absolute ? uri.getRawAuthority() : host == null ? "" : host;
    return new RequestHead(
        JdkHttpServerCalls.LIBRARY,
        exchange.getRequestMethod(),
        exchange instanceof HttpsExchange ? "https" : "http",
        authority,
        absolute ? target(uri) : uri.toString(),
        HeaderMaps.view(headers));
  }

  private static String target(URI uri) {
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
  }
}
