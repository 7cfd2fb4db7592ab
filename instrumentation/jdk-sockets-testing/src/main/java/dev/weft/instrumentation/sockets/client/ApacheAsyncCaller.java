package dev.weft.instrumentation.sockets.client;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.async.methods.SimpleHttpRequest;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;

/** Apache HttpClient 5, asynchronous. */
final class ApacheAsyncCaller implements Caller {

  private final CloseableHttpAsyncClient client =
      HttpAsyncClients.custom()
          .setConnectionManager(
              PoolingAsyncClientConnectionManagerBuilder.create()
                  .setMaxConnPerRoute(256)
                  .setMaxConnTotal(512)
                  .build())
          .disableAutomaticRetries()
          .setDefaultRequestConfig(RequestConfig.custom().setProtocolUpgradeEnabled(false).build())
          .build();

  ApacheAsyncCaller() {
    client.start();
  }

  @Override
  public byte[] get(String url) throws Exception {
    return call(SimpleRequestBuilder.get(url).build());
  }

  @Override
  public byte[] post(String url, byte[] body, boolean chunked) throws Exception {
    return call(
        SimpleRequestBuilder.post(url).setBody(body, ContentType.APPLICATION_OCTET_STREAM).build());
  }

  private byte[] call(SimpleHttpRequest request) throws Exception {
    SimpleHttpResponse response = client.execute(request, null).get(60, TimeUnit.SECONDS);
    if (response.getCode() != 200) {
      throw new IOException("status " + response.getCode());
    }
    byte[] body = response.getBodyBytes();
    return body == null ? new byte[0] : body;
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
