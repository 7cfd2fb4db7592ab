package dev.weft.instrumentation.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsServer;
import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Step;
import dev.weft.instrumentation.testing.Keys;
import dev.weft.instrumentation.testing.Script;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Test;

/** HttpsURLConnection beside the JDK's own: what the application sets, and what it can ask. */
class HttpsUrlConnectionContract extends ClientContract {

  private static HttpsURLConnection open(String url) throws IOException {
    return (HttpsURLConnection) new URL(url).openConnection();
  }

  private static String outside(String target) {
    return "https://127.0.0.1:" + GOOD.address().getPort() + target;
  }

  private static String text(HttpsURLConnection connection) throws IOException {
    try (InputStream in = connection.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Everything that can be asked of TLS, or how that fails. */
  private static List<String> asked(HttpsURLConnection connection) {
    List<String> answers = new ArrayList<>();
    note(answers, connection::getCipherSuite);
    note(answers, () -> List.of(connection.getServerCertificates()));
    note(answers, () -> connection.getLocalCertificates() == null);
    note(answers, connection::getPeerPrincipal);
    note(answers, () -> String.valueOf(connection.getLocalPrincipal()));
    note(answers, () -> connection.getSSLSession().isPresent());
    return answers;
  }

  private interface Question {
    Object ask() throws Exception;
  }

  private static void note(List<String> answers, Question question) {
    try {
      answers.add(String.valueOf(question.ask()));
    } catch (Exception e) {
      answers.add(e.toString());
    }
  }

  @Test
  void tellsOfTlsWhatTheJdkTells() throws Exception {
    script(() -> Script.to(GOOD.address()));
    List<List<String>> told = new ArrayList<>();
    for (String url : new String[] {outside("/echo"), url("/echo")}) {
      HttpsURLConnection connection = open(url);
      List<String> before = asked(connection);
      assertThat(connection.getResponseCode()).isEqualTo(200);
      List<String> within = asked(connection);
      text(connection);
      told.add(List.of(String.join("\n", before), String.join("\n", within)));
    }

    assertThat(told.get(1)).isEqualTo(told.get(0));
    assertThat(told.get(1).get(0)).contains("connection not yet open");
    assertThat(told.get(1).get(1)).contains("CN=origin", "TLS_");
  }

  @Test
  void tellsOfAConnectionThatWasOpenedAhead() throws Exception {
    script(() -> Script.to(GOOD.address()));
    HttpsURLConnection connection = open(url("/echo"));

    connection.connect();

    assertThat(connection.getPeerPrincipal().getName()).isEqualTo("CN=origin");
    assertThat(text(connection)).startsWith("GET /echo\n");
    assertThat(connection.getServerCertificates()[0]).isInstanceOf(X509Certificate.class);
  }

  @Test
  void anAnswerOfTheMeshHasNoPeer() throws Exception {
    script(() -> Script.of(Script.answer(418, "teapot")));
    HttpsURLConnection connection = open(url("/echo"));

    assertThat(connection.getResponseCode()).isEqualTo(418);
    assertThatThrownBy(connection::getServerCertificates)
        .isInstanceOf(SSLPeerUnverifiedException.class);
    assertThatThrownBy(connection::getPeerPrincipal).isInstanceOf(SSLPeerUnverifiedException.class);
    assertThat(connection.getCipherSuite()).isEqualTo("SSL_NULL_WITH_NULL_NULL");
    assertThat(connection.getLocalCertificates()).isNull();
    assertThat(connection.getSSLSession()).isEmpty();
  }

  @Test
  void theApplicationsFactoryMakesTheConnection() throws Exception {
    HttpsServer server = HttpsServers.start();
    try {
      script(() -> Script.to(server.getAddress()));
      HttpsURLConnection connection = open(url("/"));
      connection.setSSLSocketFactory(Keys.client().getSocketFactory());

      assertThat(text(connection)).isEqualTo("CN=client");
      assertThat(connection.getLocalPrincipal().getName()).isEqualTo("CN=client");

      HttpsURLConnection nobody = open(url("/"));
      assertThatThrownBy(nobody::getResponseCode).isInstanceOf(IOException.class);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void theApplicationsVerifierIsAskedForTheServersName() throws Exception {
    script(
        () ->
            Script.of(
                call ->
                    new Step.Send(
                        GOOD.address(),
                        call.head().authority(),
                        call.head().target(),
                        HeaderEdits.NONE,
                        null,
                        0,
                        "b.example"),
                Script.deliver()));
    List<String> asked = new ArrayList<>();
    HttpsURLConnection connection = open(url("/echo"));
    connection.setHostnameVerifier(
        (name, session) -> {
          asked.add(name);
          return true;
        });

    assertThat(connection.getResponseCode()).isEqualTo(200);
    assertThat(asked).containsExactly("b.example");

    HttpsURLConnection refusing = open(url("/echo"));
    refusing.setHostnameVerifier((name, session) -> false);
    refusing.setSSLSocketFactory(Keys.client().getSocketFactory());
    assertThatThrownBy(refusing::getResponseCode)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("b.example");
    text(connection);
  }

  @Test
  void whoIsNotTrustedIsRefused() throws Exception {
    script(() -> Script.to(GOOD.address()));
    HttpsURLConnection connection = open(url("/echo"));
    javax.net.ssl.SSLContext nobody = javax.net.ssl.SSLContext.getInstance("TLS");
    java.security.KeyStore empty = java.security.KeyStore.getInstance("PKCS12");
    empty.load(null, null);
    empty.setCertificateEntry("client", Keys.clientCertificate());
    javax.net.ssl.TrustManagerFactory trust = javax.net.ssl.TrustManagerFactory.getInstance("PKIX");
    trust.init(empty);
    nobody.init(null, trust.getTrustManagers(), null);
    connection.setSSLSocketFactory(nobody.getSocketFactory());

    assertThatThrownBy(connection::getResponseCode).isInstanceOf(SSLHandshakeException.class);
  }

  @Test
  void connectionsAreUsedAgainWithAFactoryOfTheApplications() throws Exception {
    script(() -> Script.to(GOOD.address()));
    var factory = Keys.client().getSocketFactory();
    List<String> connections = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      HttpsURLConnection connection = open(url("/echo"));
      connection.setSSLSocketFactory(factory);
      text(connection);
      connections.add(connection.getHeaderField("X-Connection"));
    }

    assertThat(connections.stream().distinct()).hasSize(1);
  }
}
