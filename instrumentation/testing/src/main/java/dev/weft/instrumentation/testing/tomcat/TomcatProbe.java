package dev.weft.instrumentation.testing.tomcat;

import dev.weft.instrumentation.testing.ServerProbe;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.valves.RemoteIpValve;
import org.apache.coyote.http2.Http2Protocol;
import org.jspecify.annotations.Nullable;

/** An embedded Tomcat with one servlet, over HTTP/1.1 and h2c. */
public final class TomcatProbe implements ServerProbe {

  private static final Logger LOG = Logger.getLogger("org.apache");

  @Override
  public String library() {
    return "tomcat";
  }

  @Override
  public Running start(Handler handler) {
    return start(
        new HttpServlet() {
          @Override
          protected void service(HttpServletRequest request, HttpServletResponse response)
              throws IOException {
            handler.handle(new Adapted(request, response));
          }
        });
  }

  /** With a servlet of the test's own. */
  static Running start(HttpServlet servlet) {
    LOG.setLevel(Level.OFF); // what goes wrong here goes wrong on purpose
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(folder().toString());
    Connector connector = new Connector();
    connector.setPort(0);
    connector.setProperty("address", "127.0.0.1");
    Http2Protocol http2 = new Http2Protocol();
    http2.setOverheadCountFactor(0); // many small requests are no attack here
    connector.addUpgradeProtocol(http2);
    connector.setEncodedSolidusHandling("decode");
    connector.setMaxSavePostSize(1 << 20); // of a request that begins HTTP/2: else Tomcat says 413
    tomcat.setConnector(connector);
    Context context = tomcat.addContext("", folder().toString());
    // It gives requests another remote address, as behind a proxy: not to those who came before.
    context.getPipeline().addValve(new RemoteIpValve());
    Tomcat.addServlet(context, "application", servlet).setAsyncSupported(true);
    context.addServletMappingDecoded("/*", "application");
    try {
      tomcat.start();
    } catch (LifecycleException e) {
      throw new AssertionError(e);
    }
    return new Started(
        tomcat, new InetSocketAddress(InetAddress.getLoopbackAddress(), connector.getLocalPort()));
  }

  private static Path folder() {
    try {
      return Files.createTempDirectory("tomcat");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Started(Tomcat tomcat, InetSocketAddress address) implements Running {
    @Override
    public void close() {
      try {
        tomcat.stop();
        tomcat.destroy();
      } catch (LifecycleException e) {
        throw new AssertionError(e);
      }
    }
  }

  private record Adapted(HttpServletRequest request, HttpServletResponse response)
      implements Exchange {
    @Override
    public String method() {
      return request.getMethod();
    }

    @Override
    public String target() {
      String query = request.getQueryString();
      return query == null ? request.getRequestURI() : request.getRequestURI() + '?' + query;
    }

    @Override
    public @Nullable String header(String name) {
      return request.getHeader(name);
    }

    @Override
    public List<String> headers(String name) {
      return Collections.list(request.getHeaders(name));
    }

    @Override
    public byte[] body() throws IOException {
      return request.getInputStream().readAllBytes();
    }

    @Override
    public void respond(int status, Map<String, String> headers, byte[] body) throws IOException {
      response.setStatus(status);
      headers.forEach(response::setHeader);
      response.setContentLength(body.length);
      response.getOutputStream().write(body);
    }

    @Override
    public void respond(int status, List<byte[]> chunks) throws IOException {
      response.setStatus(status);
      OutputStream out = response.getOutputStream();
      for (byte[] chunk : chunks) {
        out.write(chunk);
        out.flush();
      }
    }

    @Override
    public void later(Task task) {
      AsyncContext asynchronous = request.startAsync();
      asynchronous.start(
          () -> {
            try {
              task.run();
            } catch (IOException e) {
              response.setStatus(500);
            } finally {
              asynchronous.complete();
            }
          });
    }
  }
}
