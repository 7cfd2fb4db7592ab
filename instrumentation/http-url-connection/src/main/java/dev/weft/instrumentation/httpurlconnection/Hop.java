package dev.weft.instrumentation.httpurlconnection;

import java.io.IOException;
import java.io.OutputStream;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** One request on its way to one place: the application's, or what a redirect made of it. */
interface Hop {

  /** Opens the connection, ahead of time. */
  void connect() throws IOException;

  /** Sends the head, ahead of time, and returns where the body is to be written. */
  OutputStream stream() throws IOException;

  /** The response that the application is to see. Called once. */
  Response run() throws IOException;

  /** Of a connection that was opened ahead of time; null: none. */
  @Nullable SSLSession session();

  /** The application gives up, from any thread, before {@link #run} has returned. */
  void cancel();
}
