package dev.weft.bookinfo.productpage;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/** The clients of the other services: one JDK HTTP client, and the threads that wait for it. */
@Configuration(proxyBeanMethods = false)
class Backends {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(4);
  private static final int THREADS = 32;

  @Bean
  ExecutorService backendExecutor() {
    return Executors.newFixedThreadPool(THREADS);
  }

  @Bean
  JdkClientHttpRequestFactory http() {
    HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();
    JdkClientHttpRequestFactory factory = new JdkClientHttpRequestFactory(client);
    factory.setReadTimeout(READ_TIMEOUT);
    return factory;
  }

  @Bean
  RestClient details(
      RestClient.Builder builder,
      JdkClientHttpRequestFactory http,
      @Value("${bookinfo.details-url}") String url) {
    return builder.requestFactory(http).baseUrl(url).build();
  }

  @Bean
  RestClient reviews(
      RestClient.Builder builder,
      JdkClientHttpRequestFactory http,
      @Value("${bookinfo.reviews-url}") String url) {
    return builder.requestFactory(http).baseUrl(url).build();
  }
}
