package dev.weft.testapps.bench.app;

import jakarta.servlet.Servlet;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;
import org.jspecify.annotations.Nullable;

/** One servlet on embedded Tomcat, with Tomcat's own settings. */
final class Server {

  private Server() {}

  /**
   * Serves until the process is told to end; says so on standard output once it is ready.
   *
   * @param tls null: in plaintext
   */
  static void run(String name, Servlet servlet, @Nullable Tls tls) throws LifecycleException {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(System.getProperty("java.io.tmpdir"));
    tomcat.setSilent(true);
    tomcat.setPort(Integer.parseInt(System.getenv().getOrDefault("PORT", "9080")));
    Connector connector = tomcat.getConnector(); // created on demand: without it none listens
    String requests = System.getenv("REQUESTS_PER_CONNECTION");
    if (requests != null) {
      connector.setProperty("maxKeepAliveRequests", requests);
    }
    if (tls != null) {
      tls.secure(connector);
    }
    StandardContext context = (StandardContext) tomcat.addContext("", null);
    Tomcat.addServlet(context, name, servlet);
    context.addServletMappingDecoded("/" + name, name);
    tomcat.start();
    System.out.println(name + " is ready on port " + connector.getLocalPort());
    tomcat.getServer().await();
  }
}
