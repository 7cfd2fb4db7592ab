package dev.weft.instrumentation.testing.contract;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.weft.instrumentation.testing.Keys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** The JDK's own HTTPS server, which lets nobody in who has no certificate. */
final class HttpsServers {

  private HttpsServers() {}

  /** Answers with whose certificate it saw; the response has no body to {@code HEAD}. */
  static HttpsServer start() throws IOException {
    SSLContext context = Keys.server();
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters demanded = context.getDefaultSSLParameters();
            demanded.setNeedClientAuth(true);
            parameters.setSSLParameters(demanded);
          }
        });
    server.createContext("/", exchange -> answer((HttpsExchange) exchange));
    server.start();
    return server;
  }

  private static void answer(HttpsExchange exchange) throws IOException {
    try (exchange) {
      byte[] body =
          exchange.getSSLSession().getPeerPrincipal().getName().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
