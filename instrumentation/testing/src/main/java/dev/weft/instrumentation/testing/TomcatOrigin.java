package dev.weft.instrumentation.testing;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.http2.Http2Protocol;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;

/** HTTP/1.1 and HTTP/2, by an embedded Tomcat. */
public final class TomcatOrigin implements Origin {

  private final Tomcat tomcat = new Tomcat();
  private final Connector connector = new Connector();
  private final Gate gate = new Gate();
  private final AtomicInteger requests = new AtomicInteger();

  private TomcatOrigin(int always, boolean secured) {
    Behaviour behaviour = new Behaviour(gate, always);
    try {
      tomcat.setBaseDir(Files.createTempDirectory("weft-origin").toString());
      connector.setPort(0);
      connector.setProperty("address", "127.0.0.1");
      connector.setProperty("maxThreads", "400");
      connector.setEncodedSolidusHandling("passthrough");
      connector.addUpgradeProtocol(http2());
      if (secured) {
        secure();
      }
      tomcat.setConnector(connector);
      Context context = tomcat.addContext("", null);
      Tomcat.addServlet(context, "origin", new Servlet(behaviour));
      context.addServletMappingDecoded("/", "origin");
      tomcat.start();
    } catch (LifecycleException | IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Answers as it is asked to. */
  public static TomcatOrigin start() {
    return new TomcatOrigin(0, false);
  }

  /** Answers everything with this status. */
  public static TomcatOrigin always(int status) {
    return new TomcatOrigin(status, false);
  }

  /** The same over TLS. */
  public static TomcatOrigin secured(int always) {
    return new TomcatOrigin(always, true);
  }

  private void secure() {
    SSLHostConfig config = new SSLHostConfig();
    SSLHostConfigCertificate own =
        new SSLHostConfigCertificate(config, SSLHostConfigCertificate.Type.UNDEFINED);
    own.setCertificateKeystoreFile(Keys.origin().toAbsolutePath().toString());
    own.setCertificateKeystorePassword(Keys.PASSWORD);
    own.setCertificateKeystoreType("PKCS12");
    config.addCertificate(own);
    connector.addSslHostConfig(config);
    connector.setSecure(true);
    connector.setScheme("https");
    connector.setProperty("SSLEnabled", "true");
  }

  /**
   * Contracts give up streams of young connections and send little at a time, for which Tomcat
   * would close the connection.
   */
  private static Http2Protocol http2() {
    Http2Protocol http2 = new Http2Protocol();
    http2.setOverheadResetFactor(0);
    http2.setOverheadCountFactor(0);
    http2.setOverheadDataThreshold(0);
    http2.setOverheadWindowUpdateThreshold(0);
    return http2;
  }

  @Override
  public InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), connector.getLocalPort());
  }

  @Override
  public Gate gate() {
    return gate;
  }

  @Override
  public int requests() {
    return requests.get();
  }

  @Override
  public void close() {
    gate.open();
    try {
      tomcat.stop();
      tomcat.destroy();
    } catch (LifecycleException e) {
      throw new AssertionError(e);
    }
  }

  private final class Servlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // never serialized
    private final Behaviour behaviour;

    Servlet(Behaviour behaviour) {
      this.behaviour = behaviour;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      requests.incrementAndGet();
      behaviour.answer(new Asked(request), new Answered(request, response));
    }
  }

  private record Asked(HttpServletRequest request) implements Behaviour.Asked {
    @Override
    public String method() {
      return request.getMethod();
    }

    @Override
    public String target() {
      String query = request.getQueryString();
      return query == null ? request.getRequestURI() : request.getRequestURI() + "?" + query;
    }

    @Override
    public Map<String, List<String>> headers() {
      Map<String, List<String>> headers = new LinkedHashMap<>();
      for (String name : Collections.list(request.getHeaderNames())) {
        headers.put(name, Collections.list(request.getHeaders(name)));
      }
      // HTTP/2 has it as a pseudo header.
      headers.putIfAbsent("host", List.of(request.getServerName() + ":" + request.getServerPort()));
      return headers;
    }

    @Override
    public InputStream body() throws IOException {
      return request.getInputStream();
    }
  }

  private record Answered(HttpServletRequest request, HttpServletResponse response)
      implements Behaviour.Answered {
    @Override
    public OutputStream head(int status, Map<String, String> headers, long length)
        throws IOException {
      response.setStatus(status);
      headers.forEach(response::setHeader);
      response.setHeader("X-Connection", String.valueOf(request.getRemotePort()));
      if (length >= 0) {
        response.setContentLengthLong(length);
      }
      return response.getOutputStream();
    }

    @Override
    public void reset() throws IOException {
      throw new IOException("a stream cannot be reset from a servlet: ask a SocketOrigin");
    }
  }
}
