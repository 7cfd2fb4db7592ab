package dev.weft.control.kubernetes.check;

import dev.weft.control.config.schema.KindSchema;
import dev.weft.control.config.schema.Schemas;
import dev.weft.harness.Java;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** All that a cluster has where Weft is well in it, as controllers and processes would write it. */
final class HealthyMesh {

  static final String NAMESPACE = "weft-system";

  private final KubernetesClient admin;
  private final Path directory;
  private String root = "";
  private String authority = "";

  HealthyMesh(KubernetesClient admin, Path directory) {
    this.admin = admin;
    this.directory = directory;
  }

  void make() throws Exception {
    kinds();
    root = certificate("root", 3650);
    authority = certificate("authority", 365);
    heal();
    injected("cart", "weft:0.1.0");
  }

  /** Whatever was broken. */
  void heal() {
    namespace(NAMESPACE, Map.of());
    namespace("shop", Map.of("weft.dev/inject", "enabled"));
    for (Namespace other : admin.namespaces().list().getItems()) {
      if (!other.getMetadata().getName().equals("shop")) {
        namespace(other.getMetadata().getName(), Map.of());
      }
    }
    deployment("weft-control", 2, 2);
    deployment("weft-injector", 1, 1);
    lease(Instant.now());
    root("shop", root);
    secret(authority);
    rules("weft:0.1.0");
    webhook("weft-injector", authority, "Ignore");
    admin.pods().inNamespace("shop").withName("older").withGracePeriod(0).delete();
  }

  /** A certificate of its own, PEM. */
  String certificate(String name, int days) throws IOException, InterruptedException {
    Path store = directory.resolve(name + "-" + days + ".p12");
    Files.deleteIfExists(store);
    // The oldest begins in time to be over by now.
    String begin = days < 0 ? "-" + (10 - days) + "d" : "-1d";
    tool(
        "-genkeypair",
        "-alias",
        name,
        "-keyalg",
        "EC",
        "-dname",
        "CN=" + name,
        "-keystore",
        store.toString(),
        "-storepass",
        "changeit",
        "-startdate",
        begin,
        "-validity",
        String.valueOf(days < 0 ? 10 : days + 1));
    return tool(
        "-exportcert",
        "-rfc",
        "-alias",
        name,
        "-keystore",
        store.toString(),
        "-storepass",
        "changeit");
  }

  private static String tool(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(Java.tool("keytool")));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException(command + " failed: " + out);
    }
    return out;
  }

  void put(HasMetadata object) {
    admin.resource(object).createOr(it -> it.update());
  }

  void namespace(String name, Map<String, String> labels) {
    put(
        new NamespaceBuilder()
            .withNewMetadata()
            .withName(name)
            .withLabels(labels)
            .addToLabels("kubernetes.io/metadata.name", name)
            .endMetadata()
            .build());
    put(
        new ServiceAccountBuilder()
            .withNewMetadata()
            .withNamespace(name)
            .withName("default")
            .endMetadata()
            .build());
  }

  void deployment(String name, int wanted, int ready) {
    Deployment made =
        new DeploymentBuilder()
            .withNewMetadata()
            .withNamespace(NAMESPACE)
            .withName(name)
            .endMetadata()
            .withNewSpec()
            .withReplicas(wanted)
            .withNewSelector()
            .addToMatchLabels("app", name)
            .endSelector()
            .withNewTemplate()
            .withNewMetadata()
            .addToLabels("app", name)
            .endMetadata()
            .withNewSpec()
            .addNewContainer()
            .withName("it")
            .withImage("weft:0.1.0")
            .endContainer()
            .endSpec()
            .endTemplate()
            .endSpec()
            .build();
    put(made);
    admin
        .apps()
        .deployments()
        .inNamespace(NAMESPACE)
        .withName(name)
        .editStatus(
            it ->
                new DeploymentBuilder(it)
                    .withNewStatus()
                    .withReplicas(wanted)
                    .withReadyReplicas(ready)
                    .endStatus()
                    .build());
  }

  void lease(Instant renewed) {
    put(
        new io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder()
            .withNewMetadata()
            .withNamespace(NAMESPACE)
            .withName("weft-control")
            .endMetadata()
            .withNewSpec()
            .withHolderIdentity("weft-control-1")
            .withLeaseDurationSeconds(15)
            .withRenewTime(ZonedDateTime.ofInstant(renewed, ZoneOffset.UTC))
            .endSpec()
            .build());
  }

  void root(String namespace, String pem) {
    put(
        new ConfigMapBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName("weft-root")
            .endMetadata()
            .addToData("root-cert.pem", pem)
            .build());
  }

  /** As the injector writes it: JSON, where a line's end is an escape. */
  void secret(String authority) {
    String json = "{\"current\":{\"authority\":\"" + authority.replace("\n", "\\n") + "\"}}";
    put(
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace(NAMESPACE)
            .withName("weft-injector-certificate")
            .endMetadata()
            .addToData("certificate.json", base64(json))
            .build());
  }

  /** What the injector gives to pods. */
  void rules(String image) {
    put(
        new ConfigMapBuilder()
            .withNewMetadata()
            .withNamespace(NAMESPACE)
            .withName("weft-injector")
            .endMetadata()
            .addToData("rules.yaml", "image: " + image + "\nagentImage: weft-agent:0.1.0\n")
            .build());
  }

  void webhook(String name, String authority, String policy) {
    put(
        new io.fabric8.kubernetes.api.model.admissionregistration.v1
                .MutatingWebhookConfigurationBuilder()
            .withNewMetadata()
            .withName(name)
            .addToAnnotations("meta.helm.sh/release-namespace", NAMESPACE)
            .endMetadata()
            .addNewWebhook()
            .withName("namespace.injector.weft.dev")
            .withAdmissionReviewVersions("v1")
            .withSideEffects("NoneOnDryRun")
            .withFailurePolicy(policy)
            .withNewClientConfig()
            .withCaBundle(authority.isEmpty() ? null : base64(authority))
            .withNewService()
            .withNamespace(NAMESPACE)
            .withName(name)
            .endService()
            .endClientConfig()
            .withNewNamespaceSelector()
            .addToMatchExpressions(
                new LabelSelectorRequirement("weft.dev/inject", "In", List.of("enabled")))
            .addToMatchExpressions(
                new LabelSelectorRequirement("weft.dev/rev", "DoesNotExist", List.of()))
            .addToMatchExpressions(
                new LabelSelectorRequirement(
                    "kubernetes.io/metadata.name", "NotIn", List.of("kube-system")))
            .endNamespaceSelector()
            .addNewRule()
            .withApiGroups("")
            .withApiVersions("v1")
            .withOperations("CREATE")
            .withResources("nothing-here")
            .endRule()
            .endWebhook()
            .build());
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  void pod(String namespace, String name) {
    pod(namespace, name, Map.of(), Map.of());
  }

  /** One of the shop, as the injector leaves it. */
  void injected(String name, String image) {
    pod(
        "shop",
        name,
        Map.of("security.istio.io/tlsMode", "istio"),
        Map.of("weft.dev/status", "{\"revision\":\"\",\"image\":\"" + image + "\"}"));
  }

  private void pod(
      String namespace, String name, Map<String, String> labels, Map<String, String> annotations) {
    put(
        new PodBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(name)
            .withLabels(labels)
            .withAnnotations(annotations)
            .endMetadata()
            .withNewSpec()
            .withAutomountServiceAccountToken(false)
            .addNewContainer()
            .withName("it")
            .withImage("it:1")
            .endContainer()
            .endSpec()
            .build());
  }

  /** Istio's and our own, without their fields. */
  private void kinds() {
    for (KindSchema kind : Schemas.all()) {
      if (kind.group().equals("core")) {
        continue;
      }
      String lower = kind.kind().toLowerCase(Locale.ROOT);
      String plural =
          lower.endsWith("y") ? lower.substring(0, lower.length() - 1) + "ies" : lower + "s";
      put(
          new io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionBuilder()
              .withNewMetadata()
              .withName(plural + "." + kind.group())
              .endMetadata()
              .withNewSpec()
              .withGroup(kind.group())
              .withScope("Namespaced")
              .withNewNames()
              .withKind(kind.kind())
              .withPlural(plural)
              .withSingular(lower)
              .endNames()
              .addNewVersion()
              .withName(kind.versions().get(0))
              .withServed(true)
              .withStorage(true)
              .withNewSchema()
              .withNewOpenAPIV3Schema()
              .withType("object")
              .withXKubernetesPreserveUnknownFields(true)
              .endOpenAPIV3Schema()
              .endSchema()
              .endVersion()
              .endSpec()
              .build());
    }
  }
}
