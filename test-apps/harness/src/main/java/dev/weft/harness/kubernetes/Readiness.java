package dev.weft.harness.kubernetes;

import dev.weft.harness.Child;
import dev.weft.harness.HarnessException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Waits until an API server says that it is ready: its own roles are there then, too. */
record Readiness(Child server, Path certificates) {

  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final long PAUSE_MILLIS = 100;

  void await(String token, String at, Duration patience)
      throws IOException, HarnessException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    String said = "nothing";
    while (System.nanoTime() < deadline && server.alive()) {
      try {
        if (Files.exists(certificates)) {
          said = ask(token, at);
          if (said.equals("200 ok")) {
            return;
          }
        }
      } catch (IOException e) {
        said = e.toString(); // not listening yet
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
    throw new HarnessException(
        server.name()
            + (server.alive() ? " is not ready: " : " ended; before: ")
            + said
            + System.lineSeparator()
            + server.tail());
  }

  private String ask(String token, String at) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("https://" + at + "/readyz"))
            .header("Authorization", "Bearer " + token)
            .timeout(ANSWER)
            .build();
    var response =
        HttpClient.newBuilder()
            .sslContext(trusting())
            .build()
            .send(request, BodyHandlers.ofString());
    return response.statusCode() + " " + response.body();
  }

  private SSLContext trusting() throws IOException {
    try (InputStream in = Files.newInputStream(certificates)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca-" + store.size(), each);
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
