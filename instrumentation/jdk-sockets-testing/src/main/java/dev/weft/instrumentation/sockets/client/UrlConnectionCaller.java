package dev.weft.instrumentation.sockets.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** HttpURLConnection. */
final class UrlConnectionCaller implements Caller {

  private static final int TIMEOUT_MILLIS = 60_000;

  @Override
  public byte[] get(String url) throws IOException {
    return call(url, null, /* chunked= */ false);
  }

  @Override
  public byte[] post(String url, byte[] body, boolean chunked) throws IOException {
    return call(url, body, chunked);
  }

  private static byte[] call(String url, byte @Nullable [] body, boolean chunked)
      throws IOException {
    HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
    connection.setReadTimeout(TIMEOUT_MILLIS);
    if (body != null) {
      connection.setRequestMethod("POST");
      connection.setDoOutput(true);
      if (chunked) {
        connection.setChunkedStreamingMode(8192);
      } else {
        connection.setFixedLengthStreamingMode(body.length);
      }
      try (OutputStream out = connection.getOutputStream()) {
        out.write(body);
      }
    }
    try (InputStream in = connection.getInputStream()) {
      return in.readAllBytes();
    }
  }
}
