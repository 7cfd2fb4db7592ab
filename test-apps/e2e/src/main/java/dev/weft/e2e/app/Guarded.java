package dev.weft.e2e.app;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;

/**
 * Has a secret at {@code /admin} and below, and serves everything else to everybody. Arguments: the
 * server, {@code tomcat} or {@code jdk}, and its port if any will not do. It also tells the secret
 * to whoever sends {@code x-key: open} in any of that header's values, or asks for the host {@code
 * secret.com}, whatever else there is; and to everybody at {@code /headers} which headers it has
 * seen.
 */
public final class Guarded {

  private static final String SECRET = "SECRET";
  private static final String PUBLIC = "public";

  private Guarded() {}

  public static void main(String[] args) throws IOException, LifecycleException {
    int port = args.length > 1 ? Integer.parseInt(args[1]) : 0;
    if (args[0].equals("jdk")) {
      jdk(port);
    } else {
      tomcat(port);
    }
  }

  private static void jdk(int port) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    // A context's path is a prefix of texts: /adminx would be below it.
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().normalize().getPath();
          boolean isBelow = path.equals("/admin") || path.startsWith("/admin/");
          answer(exchange, isBelow ? SECRET : PUBLIC);
        });
    server.start();
    System.out.println("ready " + server.getAddress().getPort());
  }

  private static void answer(HttpExchange exchange, String otherwise) throws IOException {
    boolean isKnown =
        exchange.getRequestHeaders().getOrDefault("x-key", List.of()).contains("open")
            || isSecret(exchange.getRequestHeaders().getFirst("host"));
    boolean isAsked = exchange.getRequestURI().getPath().equals("/headers");
    String answer = isAsked ? "seen " + exchange.getRequestHeaders().entrySet() : otherwise;
    byte[] body = (isKnown ? SECRET : answer).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static boolean isSecret(String host) {
    return host != null && host.toLowerCase(Locale.ROOT).startsWith("secret.com");
  }

  private static void tomcat(int port) throws IOException, LifecycleException {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(Files.createTempDirectory("guarded").toString());
    tomcat.setPort(port);
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    // What some run it with, and what makes more spellings of one path.
    tomcat.getConnector().setProperty("encodedSolidusHandling", "decode");
    tomcat.getConnector().setAllowBackslash(true);
    Context context = tomcat.addContext("", null);
    Tomcat.addServlet(context, "secret", new Telling(SECRET));
    Tomcat.addServlet(context, "public", new Telling(PUBLIC));
    context.addServletMappingDecoded("/admin/*", "secret");
    context.addServletMappingDecoded("/", "public");
    tomcat.start();
    System.out.println("ready " + tomcat.getConnector().getLocalPort());
    tomcat.getServer().await();
  }

  private static final class Telling extends HttpServlet {

    private static final long serialVersionUID = 1L;
    private final String answer;

    Telling(String answer) {
      this.answer = answer;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      boolean isKnown =
          Collections.list(request.getHeaders("x-key")).contains("open")
              || isSecret(request.getServerName());
      if (!isKnown && request.getRequestURI().equals("/headers")) {
        StringBuilder seen = new StringBuilder("seen ");
        for (String name : Collections.list(request.getHeaderNames())) {
          seen.append(name).append(Collections.list(request.getHeaders(name))).append(' ');
        }
        response.getWriter().write(seen.toString());
        return;
      }
      response.getWriter().write(isKnown ? SECRET : answer);
    }
  }
}
