package dev.weft.testapps.bench.app;

import jakarta.servlet.Servlet;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;

/** One servlet on embedded Tomcat, with Tomcat's own settings. */
final class Server {

  private Server() {}

  /** Serves until the process is told to end; says so on standard output once it is ready. */
  static void run(String name, Servlet servlet) throws LifecycleException {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(System.getProperty("java.io.tmpdir"));
    tomcat.setSilent(true);
    tomcat.setPort(Integer.parseInt(System.getenv().getOrDefault("PORT", "9080")));
    tomcat.getConnector(); // created on demand: without this call Tomcat does not listen
    StandardContext context = (StandardContext) tomcat.addContext("", null);
    Tomcat.addServlet(context, name, servlet);
    context.addServletMappingDecoded("/" + name, name);
    tomcat.start();
    System.out.println(name + " is ready on port " + tomcat.getConnector().getLocalPort());
    tomcat.getServer().await();
  }
}
