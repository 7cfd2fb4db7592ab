package dev.weft.injector.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.control.kubernetes.Failures;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/** In a Secret, under the key {@value #KEY}. */
final class SecretCertificateStore implements CertificateStore {

  static final String KEY = "certificate.json";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final KubernetesClient client;
  private final String namespace;
  private final String name;

  SecretCertificateStore(KubernetesClient client, String namespace, String name) {
    this.client = client;
    this.namespace = namespace;
    this.name = name;
  }

  @Override
  public Optional<Versioned> read() throws IOException {
    try {
      Secret secret = client.secrets().inNamespace(namespace).withName(name).get();
      return secret == null ? Optional.empty() : Optional.of(read(secret));
    } catch (KubernetesClientException e) {
      throw failed("read", e);
    }
  }

  private Versioned read(Secret secret) throws IOException {
    String data = secret.getData() == null ? null : secret.getData().get(KEY);
    if (data == null) {
      throw new IOException(this + " has no " + KEY + " (expected: one that was made here)");
    }
    try {
      byte[] text = Base64.getDecoder().decode(data);
      CertificateState state = JSON.readValue(text, CertificateState.class);
      state.current().parsed();
      state.current().parsedKey();
      return new Versioned(state, secret.getMetadata().getResourceVersion());
    } catch (IllegalArgumentException | IOException | NullPointerException e) {
      // Without the cause: it may quote the key.
      throw new IOException(
          this + " is damaged (expected: " + KEY + " as written here; delete it for a new one)");
    }
  }

  @Override
  public void create(CertificateState state) throws IOException {
    try {
      client.secrets().inNamespace(namespace).resource(secret(state, null)).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw failed("create", e);
      }
    }
  }

  @Override
  public void replace(Versioned before, CertificateState state) throws IOException {
    try {
      client.secrets().inNamespace(namespace).resource(secret(state, before.version())).update();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT
          && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw failed("update", e);
      }
    }
  }

  private Secret secret(CertificateState state, @org.jspecify.annotations.Nullable String version) {
    try {
      String text =
          Base64.getEncoder()
              .encodeToString(JSON.writeValueAsString(state).getBytes(StandardCharsets.UTF_8));
      return new SecretBuilder()
          .withNewMetadata()
          .withName(name)
          .withNamespace(namespace)
          .withResourceVersion(version)
          .addToLabels("app.kubernetes.io/managed-by", "weft-injector")
          .endMetadata()
          .withType("Opaque")
          .withData(Map.of(KEY, text))
          .build();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts as JSON", e);
    }
  }

  private IOException failed(String what, KubernetesClientException e) {
    return new IOException(what + " " + this + ": " + Failures.message(e), e);
  }

  @Override
  public String toString() {
    return "Secret " + namespace + "/" + name;
  }
}
