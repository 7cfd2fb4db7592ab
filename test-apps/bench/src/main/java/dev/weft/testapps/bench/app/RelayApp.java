package dev.weft.testapps.bench.app;

import static java.nio.charset.StandardCharsets.US_ASCII;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.apache.catalina.LifecycleException;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /relay}: posts 1 KB to echo and answers with what comes back. Settings: {@code PORT},
 * {@code ECHO_URL}.
 */
public final class RelayApp {

  private RelayApp() {}

  public static void main(String[] args) throws LifecycleException {
    String echo = System.getenv().getOrDefault("ECHO_URL", "http://echo:9080/echo");
    Server.run("relay", new RelayServlet(URI.create(echo), Tls.configured()), null);
  }

  private static final class RelayServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final byte[] KILOBYTE = "0123456789abcdef".repeat(64).getBytes(US_ASCII);

    private final transient HttpClient http;
    private final transient HttpRequest request;

    RelayServlet(URI echo, @Nullable Tls tls) {
      HttpClient.Builder client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
      http = tls == null ? client.build() : client.sslContext(tls.context()).build();
      request =
          HttpRequest.newBuilder(echo)
              .timeout(Duration.ofSeconds(10))
              .POST(HttpRequest.BodyPublishers.ofByteArray(KILOBYTE))
              .build();
    }

    @Override
    protected void doGet(HttpServletRequest ignored, HttpServletResponse response)
        throws IOException {
      try {
        HttpResponse<byte[]> echoed = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        response.setStatus(echoed.statusCode());
        response.setContentType("application/octet-stream");
        response.setContentLength(echoed.body().length);
        response.getOutputStream().write(echoed.body());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
    }
  }
}
