package dev.weft.instrumentation.sockets.server;

import dev.weft.instrumentation.sockets.Content;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import org.eclipse.jetty.io.Content.Sink;
import org.eclipse.jetty.io.Content.Source;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/** Jetty 12. */
final class JettyServer implements Server {

  @Override
  public void start(int port, Path folder) throws Exception {
    Path file = Content.file(folder);
    org.eclipse.jetty.server.Server server = new org.eclipse.jetty.server.Server();
    ServerConnector connector = new ServerConnector(server);
    connector.setHost("127.0.0.1");
    connector.setPort(port);
    server.addConnector(connector);
    server.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(Request request, Response response, Callback callback)
              throws Exception {
            String path = request.getHttpURI().getPath();
            if (path.equals("/file")) {
              org.eclipse.jetty.io.Content.copy(Source.from(file), response, callback);
              return true;
            }
            try (InputStream in = Source.asInputStream(request);
                OutputStream out = Sink.asOutputStream(response)) {
              Content.serve(path, request.getHttpURI().getQuery(), in, out, file);
            }
            callback.succeeded();
            return true;
          }
        });
    server.start();
  }
}
