package dev.weft.control.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.control.kubernetes.Cluster;
import dev.weft.harness.kubernetes.Binaries;
import dev.weft.harness.kubernetes.TestCluster;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Commands that ask a cluster, at a real API server, which has no node and no controller. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ClusterCommandTest {

  @TempDir static Path directory;

  TestCluster cluster;
  KubernetesClient admin;
  String kubeconfig;

  @BeforeAll
  void start() throws Exception {
    Optional<Binaries> binaries = Binaries.find();
    assumeTrue(binaries.isPresent(), "no kube-apiserver");
    cluster = TestCluster.start(binaries.get());
    Path file = Files.writeString(directory.resolve("kubeconfig"), cluster.admin().text());
    kubeconfig = file.toString();
    admin = new Cluster(file, null).forQuestions();
  }

  @AfterAll
  void stop() throws Exception {
    if (admin != null) {
      admin.close();
      cluster.close();
    }
  }

  /** Runs a command that asks it. */
  Result run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--kubeconfig", kubeconfig));
    return Result.of(all.toArray(String[]::new));
  }

  void apply(String yaml) {
    admin.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).create();
  }

  /** Defines a kind of Istio's, without its fields; it is served when this returns. */
  void define(String kind, String plural, String group) throws Exception {
    apply(
        String.format(
            Locale.ROOT,
            """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: %2$s.%3$s}
            spec:
              group: %3$s
              scope: Namespaced
              names: {kind: %1$s, plural: %2$s}
              versions:
              - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object,
                 x-kubernetes-preserve-unknown-fields: true}}}
            """,
            kind,
            plural,
            group));
    cluster.awaitServed(group + "/v1", plural);
  }
}
