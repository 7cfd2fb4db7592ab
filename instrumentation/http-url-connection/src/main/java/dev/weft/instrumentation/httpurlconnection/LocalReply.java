package dev.weft.instrumentation.httpurlconnection;

import dev.weft.bridge.Step;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import org.jspecify.annotations.Nullable;

/** The engine's own answer, shown as the JDK shows a server's. */
final class LocalReply extends Response {

  private final URL url;
  private final int status;
  private final InputStream body;

  LocalReply(Request request, Step.Answer answer) {
    url = request.url();
    status = answer.status();
    byte[] bytes = request.method().equals("HEAD") ? new byte[0] : answer.body();
    body = new Body(new ByteArrayInputStream(bytes), null, null);
    table().add(null, "HTTP/1.1 " + status);
    edit(answer.headers());
    if (table().getKey("content-length") < 0) {
      table().add("content-length", String.valueOf(answer.body().length));
    }
  }

  @Override
  int status() {
    return status;
  }

  @Override
  InputStream input() throws IOException {
    if (status == HttpURLConnection.HTTP_NOT_FOUND || status == HttpURLConnection.HTTP_GONE) {
      throw new FileNotFoundException(url.toString());
    }
    if (status >= 400) {
      throw new IOException("Server returned HTTP response code: " + status + " for URL: " + url);
    }
    return body;
  }

  @Override
  @Nullable InputStream error() {
    return status >= 400 ? body : null;
  }

  @Override
  boolean isConnected() {
    return false;
  }

  @Override
  boolean usedProxy() {
    return false;
  }

  @Override
  void disconnect() {
    // Nothing was connected.
  }

  @Override
  void discard() {
    // Nothing was received.
  }
}
