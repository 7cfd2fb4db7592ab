package dev.weft.control.kubernetes.check;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whether the API server will believe the injector, and what becomes of pods when it is away. */
final class WebhookChecks {

  private static final String NAME = "webhook";
  private static final String RELEASE_NAMESPACE = "meta.helm.sh/release-namespace";

  /** It is replaced at half its life, long before. */
  private static final Duration SOON = Duration.ofDays(7);

  private static final Pattern CERTIFICATE =
      Pattern.compile(
          "-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\\\\n\\s]+-----END CERTIFICATE-----");

  private WebhookChecks() {}

  /** Two installations in two namespaces need different revisions. */
  static List<Check> ofOthers(KubernetesClient client, Installation what) {
    MutatingWebhookConfiguration found = mutating(client, what);
    if (found == null) {
      return List.of(Check.ok("names", "the names of this revision are free"));
    }
    String owner = Labels.of(found.getMetadata().getAnnotations(), RELEASE_NAMESPACE);
    return List.of(
        owner.isEmpty() || owner.equals(what.namespace())
            ? Check.ok("names", what.injector() + " is there: it will be upgraded")
            : Check.failure(
                "names",
                what.injector() + " is that of an installation in the namespace " + owner,
                "upgrade it there, or choose another --revision"));
  }

  private static @Nullable MutatingWebhookConfiguration mutating(
      KubernetesClient client, Installation what) {
    return client
        .admissionRegistration()
        .v1()
        .mutatingWebhookConfigurations()
        .withName(what.injector())
        .get();
  }

  static List<Check> look(KubernetesClient client, Installation what, InstantSource clock) {
    MutatingWebhookConfiguration found = mutating(client, what);
    if (found == null) {
      return List.of(
          Check.failure(
              NAME,
              "there is no MutatingWebhookConfiguration " + what.injector(),
              "install it: " + what.command()));
    }
    List<Check> checks = new ArrayList<>();
    Map<String, @Nullable String> bundles = new LinkedHashMap<>();
    for (MutatingWebhook each : found.getWebhooks()) {
      bundles.put(each.getName(), each.getClientConfig().getCaBundle());
    }
    ValidatingWebhookConfiguration validating =
        client
            .admissionRegistration()
            .v1()
            .validatingWebhookConfigurations()
            .withName(what.validator())
            .get();
    if (validating != null) {
      for (ValidatingWebhook each : validating.getWebhooks()) {
        bundles.put(each.getName(), each.getClientConfig().getCaBundle());
      }
    }
    String shown = shown(client, what);
    bundles.forEach(
        (name, bundle) -> checks.add(certificate(name, bundle, shown, clock.instant())));
    checks.add(policy(client, what, found));
    return checks;
  }

  private static Check certificate(
      String name, @Nullable String bundle, @Nullable String secret, Instant now) {
    String hint = "the injector writes it when it starts: see its logs";
    if (bundle == null || bundle.isEmpty()) {
      return Check.failure(NAME, name + " has no caBundle", hint);
    }
    try {
      List<X509Certificate> believed =
          Certificates.parse(
              new String(Base64.getDecoder().decode(bundle), StandardCharsets.UTF_8));
      List<X509Certificate> shown =
          secret == null ? List.of() : Certificates.parse(secret.replace("\\n", "\n"));
      if (believed.isEmpty()) {
        return Check.failure(NAME, "the caBundle of " + name + " has no certificate", hint);
      }
      if (secret != null && shown.stream().noneMatch(believed::contains)) {
        return Check.failure(
            NAME, "the caBundle of " + name + " is not that of the injector's Secret", hint);
      }
      Instant end =
          believed.stream().map(it -> it.getNotAfter().toInstant()).max(Instant::compareTo).get();
      Check.Status status = Certificates.status(end, now, SOON);
      return new Check(
          NAME,
          status,
          "what "
              + name
              + " believes "
              + Certificates.expiry(end, now)
              + (secret == null ? "; the injector's Secret could not be read to compare it" : ""),
          status == Check.Status.OK ? "" : "the injector replaces it by itself: see its logs");
    } catch (CertificateException | IllegalArgumentException e) {
      return Check.failure(
          NAME, "the caBundle of " + name + " is damaged: " + e.getMessage(), hint);
    }
  }

  /** Certificates of the Secret, and no key; null: it may not be read, or is not there. */
  private static @Nullable String shown(KubernetesClient client, Installation what) {
    Secret secret;
    try {
      secret = client.secrets().inNamespace(what.namespace()).withName(what.certificate()).get();
    } catch (KubernetesClientException e) {
      return null;
    }
    if (secret == null || secret.getData() == null) {
      return null;
    }
    StringBuilder certificates = new StringBuilder();
    for (String data : secret.getData().values()) {
      Matcher each =
          CERTIFICATE.matcher(new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8));
      while (each.find()) {
        certificates.append(each.group()).append('\n');
      }
    }
    return certificates.length() == 0 ? null : certificates.toString();
  }

  private static Check policy(
      KubernetesClient client, Installation what, MutatingWebhookConfiguration found) {
    boolean fails =
        found.getWebhooks().stream().anyMatch(it -> "Fail".equals(it.getFailurePolicy()));
    var deployment =
        client.apps().deployments().inNamespace(what.namespace()).withName(what.injector()).get();
    int replicas =
        deployment == null ? 0 : Objects.requireNonNullElse(deployment.getSpec().getReplicas(), 0);
    if (fails && replicas < 2) {
      return Check.warning(
          "failure-policy",
          "failurePolicy Fail with "
              + replicas
              + " injector: while it is away, no pod of a labelled namespace starts",
          what.command() + " --profile ha");
    }
    return Check.ok(
        "failure-policy",
        fails
            ? "failurePolicy Fail: no pod of a labelled namespace starts without the mesh"
            : "failurePolicy Ignore: pods start without the mesh while no injector answers");
  }
}
