package dev.weft.instrumentation.sockets.server;

import dev.weft.instrumentation.sockets.Content;
import io.undertow.Undertow;
import io.undertow.io.IoCallback;
import io.undertow.io.Sender;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Undertow, with files sent by the kernel. */
final class UndertowServer implements Server {

  @Override
  public void start(int port, Path folder) throws IOException {
    Path file = Content.file(folder);
    Undertow.builder().addHttpListener(port, "127.0.0.1", new Contents(file)).build().start();
  }

  private record Contents(Path file) implements HttpHandler {
    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
      if (exchange.isInIoThread()) {
        exchange.dispatch(this);
        return;
      }
      exchange.startBlocking();
      if (exchange.getRequestPath().equals("/file")) {
        FileChannel channel = FileChannel.open(file);
        exchange.setResponseContentLength(channel.size());
        exchange.getResponseSender().transferFrom(channel, new Closing(channel));
        return;
      }
      try (OutputStream out = exchange.getOutputStream()) {
        Content.serve(
            exchange.getRequestPath(),
            exchange.getQueryString(),
            exchange.getInputStream(),
            out,
            file);
      }
    }
  }

  private record Closing(FileChannel channel) implements IoCallback {
    @Override
    public void onComplete(HttpServerExchange exchange, Sender sender) {
      end(exchange);
    }

    @Override
    public void onException(HttpServerExchange exchange, Sender sender, IOException failure) {
      end(exchange);
    }

    private void end(HttpServerExchange exchange) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      exchange.endExchange();
    }
  }
}
