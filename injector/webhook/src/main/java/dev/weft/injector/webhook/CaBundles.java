package dev.weft.injector.webhook;

import dev.weft.control.kubernetes.Failures;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.Function;
import java.util.stream.Stream;
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

  @Override
  public void publish(String bundle) throws IOException {
    String encoded = Base64.getEncoder().encodeToString(bundle.getBytes(StandardCharsets.UTF_8));
    var configurations = client.admissionRegistration().v1();
    write(
        configurations.mutatingWebhookConfigurations().withName(mutating),
        "MutatingWebhookConfiguration " + mutating,
        there -> there.getWebhooks().stream().map(MutatingWebhook::getClientConfig),
        encoded);
    if (validating != null) {
      write(
          configurations.validatingWebhookConfigurations().withName(validating),
          "ValidatingWebhookConfiguration " + validating,
          there -> there.getWebhooks().stream().map(ValidatingWebhook::getClientConfig),
          encoded);
    }
  }

  private <T extends HasMetadata> void write(
      Resource<T> resource,
      String what,
      Function<T, Stream<WebhookClientConfig>> webhooks,
      String encoded)
      throws IOException {
    for (int left = ATTEMPTS - 1; ; left--) {
      try {
        T there = resource.get();
        if (there == null) {
          throw new IOException(what + " is not there (expected: as the chart installs it)");
        }
        if (webhooks.apply(there).anyMatch(each -> !encoded.equals(each.getCaBundle()))) {
          webhooks.apply(there).forEach(each -> each.setCaBundle(encoded));
          client.resource(there).update();
        }
        return;
      } catch (KubernetesClientException e) {
        if (e.getCode() != HttpURLConnection.HTTP_CONFLICT || left == 0) {
          throw new IOException(what + ": " + Failures.message(e), e);
        }
      }
    }
  }
}
