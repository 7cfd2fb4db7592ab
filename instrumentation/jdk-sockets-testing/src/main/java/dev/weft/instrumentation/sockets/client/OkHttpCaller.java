package dev.weft.instrumentation.sockets.client;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/** OkHttp. */
final class OkHttpCaller implements Caller {

  private final OkHttpClient client =
      new OkHttpClient.Builder()
          .retryOnConnectionFailure(false)
          .connectionPool(new ConnectionPool(256, 5, TimeUnit.MINUTES))
          .readTimeout(60, TimeUnit.SECONDS)
          .build();

  @Override
  public byte[] get(String url) throws IOException {
    return call(new Request.Builder().url(url).build());
  }

  @Override
  public byte[] post(String url, byte[] body, boolean chunked) throws IOException {
    RequestBody content = chunked ? new Streamed(body) : RequestBody.create(body, (MediaType) null);
    return call(new Request.Builder().url(url).post(content).build());
  }

  private byte[] call(Request request) throws IOException {
    try (Response response = client.newCall(request).execute()) {
      return response.body().bytes();
    }
  }

  @Override
  public void close() {
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }

  /** Of unknown length. */
  private static final class Streamed extends RequestBody {
    private final byte[] body;

    Streamed(byte[] body) {
      this.body = body;
    }

    @Override
    public @Nullable MediaType contentType() {
      return null;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      sink.write(body);
    }
  }
}
