package dev.weft.testapps.bench.app;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.catalina.LifecycleException;

/**
 * {@code POST /echo}: answers with the request's body. Settings: {@code PORT}, {@code
 * REQUESTS_PER_CONNECTION} where it is not Tomcat's default, and those of {@link Tls}.
 */
public final class EchoApp {

  private EchoApp() {}

  public static void main(String[] args) throws LifecycleException {
    Server.run("echo", new EchoServlet(), Tls.configured());
  }

  private static final class EchoServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      byte[] body = request.getInputStream().readAllBytes();
      response.setContentType("application/octet-stream");
      response.setContentLength(body.length);
      response.getOutputStream().write(body);
    }
  }
}
