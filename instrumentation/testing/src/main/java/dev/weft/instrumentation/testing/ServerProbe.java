package dev.weft.instrumentation.testing;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a contract drives a server library. */
public interface ServerProbe {

  /** One request at the application's handler. */
  interface Exchange {
    String method();

    String target();

    @Nullable String header(String name);

    List<String> headers(String name);

    byte[] body() throws IOException;

    /** Sends a response whose length is announced. */
    void respond(int status, Map<String, String> headers, byte[] body) throws IOException;

    /** Sends a response in chunks, flushing each. */
    void respond(int status, List<byte[]> chunks) throws IOException;

    /** Goes on after the handler has returned, on another thread, as the library has it. */
    void later(Task task);
  }

  /** What a handler does later. */
  interface Task {
    void run() throws IOException;
  }

  /** The application. */
  interface Handler {
    void handle(Exchange exchange) throws IOException;
  }

  /** A server that runs. */
  interface Running extends AutoCloseable {
    InetSocketAddress address();

    @Override
    void close();
  }

  /** The library's name, as its adapter reports it. */
  String library();

  Running start(Handler handler);
}
