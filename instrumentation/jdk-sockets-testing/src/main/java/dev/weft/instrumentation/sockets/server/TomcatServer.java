package dev.weft.instrumentation.sockets.server;

import dev.weft.instrumentation.sockets.Content;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;

/** Tomcat, with files sent by the kernel. */
final class TomcatServer implements Server {

  private static final String SENDFILE = "org.apache.tomcat.sendfile.";

  private final String protocol;
  private final boolean virtual;

  TomcatServer(String protocol, boolean virtual) {
    this.protocol = protocol;
    this.virtual = virtual;
  }

  @Override
  public void start(int port, Path folder) throws Exception {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(Files.createTempDirectory(folder, "tomcat").toString());
    Connector connector = new Connector(protocol);
    connector.setPort(port);
    connector.setProperty("address", "127.0.0.1");
    connector.setProperty("maxKeepAliveRequests", "-1");
    if (virtual) {
      connector.getProtocolHandler().setExecutor(VirtualThreads.executor());
    }
    tomcat.setConnector(connector);
    Context context = tomcat.addContext("", null);
    Tomcat.addServlet(context, "content", new Contents(Content.file(folder)));
    context.addServletMappingDecoded("/*", "content");
    tomcat.start();
  }

  private static final class Contents extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient Path file;

    Contents(Path file) {
      this.file = file;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      String path = request.getRequestURI();
      if (path.equals("/file") && Boolean.TRUE.equals(request.getAttribute(SENDFILE + "support"))) {
        long size = Files.size(file);
        response.setContentLengthLong(size);
        request.setAttribute(SENDFILE + "filename", file.toString());
        request.setAttribute(SENDFILE + "start", 0L);
        request.setAttribute(SENDFILE + "end", size);
        return;
      }
      Content.serve(
          path,
          request.getQueryString(),
          request.getInputStream(),
          response.getOutputStream(),
          file);
    }
  }
}
