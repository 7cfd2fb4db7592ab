package dev.weft.instrumentation.sockets.client;

/** An HTTP client. */
public interface Caller extends AutoCloseable {

  byte[] get(String url) throws Exception;

  byte[] post(String url, byte[] body, boolean chunked) throws Exception;

  @Override
  default void close() throws Exception {}
}
