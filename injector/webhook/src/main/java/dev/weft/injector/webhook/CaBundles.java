package dev.weft.injector.webhook;

import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes into the webhooks' configurations whose certificates the API server is to believe. */
final class CaBundles implements Rotation.Publisher {

  /** Somebody else may write at the same time. */
  private static final int ATTEMPTS = 5;

  private final KubernetesClient client;
  private final String mutating;
  private final @Nullable String validating;

  /**
   * @param mutating the configuration's name
   * @param validating likewise; null: there is none
   */
  CaBundles(KubernetesClient client, String mutating, @Nullable String validating) {
    this.client = client;
    this.mutating = mutating;
    this.validating = validating;
  }

  private interface Write {
    void now() throws IOException;
  }

  @Override
  public void publish(String bundle) throws IOException {
    String encoded = Base64.getEncoder().encodeToString(bundle.getBytes(StandardCharsets.UTF_8));
    write("MutatingWebhookConfiguration " + mutating, () -> mutating(encoded));
    if (validating != null) {
      String name = validating;
      write("ValidatingWebhookConfiguration " + name, () -> validating(name, encoded));
    }
  }

  private static void write(String what, Write write) throws IOException {
    for (int left = ATTEMPTS - 1; ; left--) {
      try {
        write.now();
        return;
      } catch (KubernetesClientException e) {
        if (e.getCode() != HttpURLConnection.HTTP_CONFLICT || left == 0) {
          throw new IOException(what + ": " + ApiErrors.message(e), e);
        }
      }
    }
  }

  private void mutating(String encoded) throws IOException {
    var webhooks = client.admissionRegistration().v1().mutatingWebhookConfigurations();
    MutatingWebhookConfiguration there = webhooks.withName(mutating).get();
    if (there == null) {
      throw missing("MutatingWebhookConfiguration " + mutating);
    }
    boolean differs =
        there.getWebhooks().stream()
            .anyMatch(each -> !Objects.equals(each.getClientConfig().getCaBundle(), encoded));
    if (differs) {
      there.getWebhooks().forEach(each -> each.getClientConfig().setCaBundle(encoded));
      webhooks.resource(there).update();
    }
  }

  private void validating(String name, String encoded) throws IOException {
    var webhooks = client.admissionRegistration().v1().validatingWebhookConfigurations();
    ValidatingWebhookConfiguration there = webhooks.withName(name).get();
    if (there == null) {
      throw missing("ValidatingWebhookConfiguration " + name);
    }
    boolean differs =
        there.getWebhooks().stream()
            .anyMatch(each -> !Objects.equals(each.getClientConfig().getCaBundle(), encoded));
    if (differs) {
      there.getWebhooks().forEach(each -> each.getClientConfig().setCaBundle(encoded));
      webhooks.resource(there).update();
    }
  }

  private static IOException missing(String what) {
    return new IOException(what + " is not there (expected: as the chart installs it)");
  }
}
