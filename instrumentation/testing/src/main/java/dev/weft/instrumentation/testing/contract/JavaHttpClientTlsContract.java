package dev.weft.instrumentation.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsServer;
import dev.weft.instrumentation.testing.Keys;
import dev.weft.instrumentation.testing.Script;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Test;

/** java.net.http over TLS: the client's context and parameters, and what responses tell of it. */
class JavaHttpClientTlsContract extends ClientContract {

  private HttpRequest get(String target) {
    return HttpRequest.newBuilder(URI.create(url(target))).build();
  }

  @Test
  void theResponseHasItsSession() throws Exception {
    script(() -> Script.to(GOOD.address()));

    HttpResponse<String> response =
        HttpClient.newHttpClient().send(get("/echo"), BodyHandlers.ofString());

    SSLSession session = response.sslSession().orElseThrow();
    assertThat(session.getPeerPrincipal().getName()).isEqualTo("CN=origin");
    assertThat(session.getPeerHost() + ":9080").isEqualTo(authority);
  }

  @Test
  void anAnswerOfTheMeshHasNone() throws Exception {
    script(() -> Script.of(Script.answer(418, "teapot")));

    assertThat(HttpClient.newHttpClient().send(get("/"), BodyHandlers.ofString()).sslSession())
        .isEmpty();
  }

  @Test
  void theClientsContextAndParametersAreItsOwn() throws Exception {
    HttpsServer server = HttpsServers.start();
    try {
      script(() -> Script.to(server.getAddress()));
      SSLParameters parameters = new SSLParameters();
      parameters.setProtocols(new String[] {"TLSv1.2"});
      HttpClient known =
          HttpClient.newBuilder().sslContext(Keys.client()).sslParameters(parameters).build();

      HttpResponse<String> response = known.send(get("/"), BodyHandlers.ofString());

      assertThat(response.body()).isEqualTo("CN=client");
      assertThat(response.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.2");
      assertThatThrownBy(() -> HttpClient.newHttpClient().send(get("/"), BodyHandlers.ofString()))
          .isInstanceOf(IOException.class);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void theProtocolIsNegotiated() throws Exception {
    script(() -> Script.to(GOOD.address()));
    HttpClient.Version spoken =
        PROBE.features().contains(dev.weft.instrumentation.testing.ClientProbe.Feature.MULTIPLEXED)
            ? HttpClient.Version.HTTP_2
            : HttpClient.Version.HTTP_1_1;

    HttpResponse<String> response =
        HttpClient.newHttpClient().send(get("/echo"), BodyHandlers.ofString());

    assertThat(response.version()).isEqualTo(spoken);
  }
}
