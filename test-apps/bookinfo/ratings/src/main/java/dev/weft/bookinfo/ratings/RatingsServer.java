package dev.weft.bookinfo.ratings;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;

/** Both servers of ratings: starts them, says where they listen, stops them. */
final class RatingsServer implements AutoCloseable {

  private static final long GRACE_SECONDS = 5;

  private final Tomcat tomcat;
  private final Server grpc;

  private RatingsServer(Tomcat tomcat, Server grpc) {
    this.tomcat = tomcat;
    this.grpc = grpc;
  }

  /** Port 0 takes any free one. */
  static RatingsServer start(int port, int grpcPort, Identity identity, RatingsStore store)
      throws LifecycleException, IOException {
    Tomcat tomcat = tomcat(port, new RatingsServlet(store, identity));
    Server grpc =
        NettyServerBuilder.forPort(grpcPort)
            .addService(new RatingsService(store, identity))
            .build();
    tomcat.start();
    grpc.start();
    return new RatingsServer(tomcat, grpc);
  }

  private static Tomcat tomcat(int port, RatingsServlet servlet) {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(System.getProperty("java.io.tmpdir"));
    tomcat.setSilent(true);
    tomcat.setPort(port);
    tomcat.getConnector(); // created on demand: without this call Tomcat does not listen
    StandardContext context = (StandardContext) tomcat.addContext("", null);
    // There is no web application to unload: its leak checks would only ask for --add-opens.
    context.setClearReferencesObjectStreamClassCaches(false);
    context.setClearReferencesRmiTargets(false);
    context.setClearReferencesThreadLocals(false);
    Tomcat.addServlet(context, "ratings", servlet);
    context.addServletMappingDecoded("/ratings/*", "ratings");
    return tomcat;
  }

  int port() {
    return tomcat.getConnector().getLocalPort();
  }

  int grpcPort() {
    return grpc.getPort();
  }

  void await() throws InterruptedException {
    grpc.awaitTermination();
  }

  @Override
  public void close() throws LifecycleException, InterruptedException {
    grpc.shutdown();
    grpc.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS);
    tomcat.stop();
    tomcat.destroy();
  }
}
