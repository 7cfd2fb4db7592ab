package dev.weft.instrumentation.sockets.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** java.net.http. */
final class JavaNetCaller implements Caller {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @Override
  public byte[] get(String url) throws IOException, InterruptedException {
    return call(HttpRequest.newBuilder(URI.create(url)));
  }

  @Override
  public byte[] post(String url, byte[] body, boolean chunked)
      throws IOException, InterruptedException {
    return call(
        HttpRequest.newBuilder(URI.create(url))
            .POST(
                chunked
                    ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))
                    : BodyPublishers.ofByteArray(body)));
  }

  private byte[] call(HttpRequest.Builder request) throws IOException, InterruptedException {
    return client.send(request.timeout(TIMEOUT).build(), BodyHandlers.ofByteArray()).body();
  }
}
