package dev.weft.instrumentation.sockets.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;

/** Apache HttpClient 5, classic. */
final class ApacheCaller implements Caller {

  private final CloseableHttpClient client =
      HttpClients.custom()
          .setConnectionManager(
              PoolingHttpClientConnectionManagerBuilder.create()
                  .setMaxConnPerRoute(256)
                  .setMaxConnTotal(512)
                  .build())
          .disableAutomaticRetries()
          .setDefaultRequestConfig(RequestConfig.custom().setProtocolUpgradeEnabled(false).build())
          .build();

  @Override
  public byte[] get(String url) throws IOException {
    return call(new HttpGet(url));
  }

  @Override
  public byte[] post(String url, byte[] body, boolean chunked) throws IOException {
    HttpPost post = new HttpPost(url);
    post.setEntity(
        chunked
            ? new InputStreamEntity(new ByteArrayInputStream(body), null)
            : new ByteArrayEntity(body, null));
    return call(post);
  }

  private byte[] call(HttpUriRequestBase request) throws IOException {
    return client.execute(request, response -> EntityUtils.toByteArray(response.getEntity()));
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
