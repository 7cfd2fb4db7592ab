package dev.weft.control.kubernetes;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.harness.kubernetes.Binaries;
import dev.weft.harness.kubernetes.Kubeconfig;
import dev.weft.harness.kubernetes.TestCluster;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Tests on an API server that they share; each uses namespaces of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ClusterTest {

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
