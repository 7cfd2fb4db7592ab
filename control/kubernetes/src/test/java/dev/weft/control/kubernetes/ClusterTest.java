package dev.weft.control.kubernetes;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.harness.Repository;
import dev.weft.harness.kubernetes.Binaries;
import dev.weft.harness.kubernetes.Kubeconfig;
import dev.weft.harness.kubernetes.TestCluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionSpec;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Tests on an API server that they share; each uses namespaces of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ClusterTest {

  static final String NAMESPACE = "default";

  @TempDir static Path files;

  TestCluster cluster;
  KubernetesClient admin;

  @BeforeAll
  void start() throws Exception {
    Optional<Binaries> binaries = Binaries.find();
    assumeTrue(binaries.isPresent(), "no kube-apiserver");
    cluster = TestCluster.start(binaries.get());
    admin = reach(cluster.admin()).forWatches();
  }

  @AfterAll
  void stop() throws Exception {
    if (admin != null) {
      admin.close();
      cluster.close();
    }
  }

  static Cluster reach(Kubeconfig config) throws IOException {
    return new Cluster(
        Files.writeString(Files.createTempFile(files, "kubeconfig", ""), config.text()), null);
  }

  /** Istio's CRDs; without them the test is skipped, aloud. */
  static Path istio() {
    Optional<Path> crds =
        Repository.around()
            .shared("istio-samples/crds/crd-all.gen.yaml", "no cluster with Istio's CRDs");
    assumeTrue(crds.isPresent(), "Istio's CRDs are absent");
    return crds.get();
  }

  /** Istio's CRDs, served when this returns. */
  void installIstio() throws Exception {
    define(Files.readString(istio()));
  }

  /** Applies CRDs; they are served when this returns. */
  void define(String crds) throws Exception {
    apply(crds);
    for (HasMetadata each : load(crds)) {
      awaitServed((CustomResourceDefinition) each);
    }
  }

  /** Until every version of it is served. */
  void awaitServed(CustomResourceDefinition crd) throws Exception {
    CustomResourceDefinitionSpec spec = crd.getSpec();
    for (CustomResourceDefinitionVersion version : spec.getVersions()) {
      if (version.getServed()) {
        cluster.awaitServed(spec.getGroup() + "/" + version.getName(), spec.getNames().getPlural());
      }
    }
  }

  /** As a service account that has the rights that docs/operations.md names, and no others. */
  Cluster control() throws IOException {
    for (String namespace : List.of("weft-system", "istio-system")) {
      namespace(namespace);
    }
    account("weft-system", "weft-control");
    try (InputStream rights = ClusterTest.class.getResourceAsStream("rights.yaml")) {
      apply(new String(rights.readAllBytes(), StandardCharsets.UTF_8));
    }
    return reach(cluster.admin().as(token("weft-system", "weft-control")));
  }

  String token(String namespace, String account) {
    return admin
        .serviceAccounts()
        .inNamespace(namespace)
        .withName(account)
        .tokenRequest(new TokenRequestBuilder().withNewSpec().endSpec().build())
        .getStatus()
        .getToken();
  }

  List<HasMetadata> load(String yaml) {
    return admin.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).items();
  }

  void apply(String yaml) {
    for (HasMetadata each : load(yaml)) {
      if (each.getMetadata().getNamespace() == null && !isOfTheCluster(each)) {
        each.getMetadata().setNamespace(NAMESPACE);
      }
      admin.resource(each).fieldManager("test").forceConflicts().serverSideApply();
    }
  }

  private static boolean isOfTheCluster(HasMetadata each) {
    return each instanceof CustomResourceDefinition || each.getKind().startsWith("Cluster");
  }

  void namespace(String name) {
    admin
        .namespaces()
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
  }

  void account(String namespace, String name) {
    admin
        .serviceAccounts()
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .build())
        .create();
  }
}
