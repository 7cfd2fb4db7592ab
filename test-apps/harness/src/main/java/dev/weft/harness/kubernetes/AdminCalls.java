package dev.weft.harness.kubernetes;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Asks an API server as its administrator. */
final class AdminCalls {

  private static final Duration ANSWER = Duration.ofSeconds(5);

  private final Path certificates;
  private final String token;
  private final String at;
  private @Nullable HttpClient client;

  /**
   * @param certificates that it shows; it writes them when it starts for the first time
   * @param at host and port
   */
  AdminCalls(Path certificates, String token, String at) {
    this.certificates = certificates;
    this.token = token;
    this.at = at;
  }

  /**
   * @throws IOException also where it has not written its certificate yet
   */
  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("https://" + at + path))
            .header("Authorization", "Bearer " + token)
            .timeout(ANSWER)
            .build();
    return client().send(request, BodyHandlers.ofString());
  }

  private synchronized HttpClient client() throws IOException {
    if (client == null) {
      client = HttpClient.newBuilder().sslContext(trusting()).build();
    }
    return client;
  }

  private SSLContext trusting() throws IOException {
    try (InputStream in = Files.newInputStream(certificates)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca-" + store.size(), each);
      }
      if (store.size() == 0) {
        throw new IOException("its certificate is not written yet");
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("its certificate cannot be read yet", e);
    }
  }
}
