package dev.weft.harness.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestClusterTest {

  @Test
  void isReadyWhenStartedAndAgainAfterACrash() throws Exception {
    Optional<Binaries> binaries = Binaries.find();
    assumeTrue(binaries.isPresent(), "no kube-apiserver");
    try (TestCluster cluster = TestCluster.start(binaries.get())) {
      Kubeconfig before = cluster.admin();

      cluster.kill();
      cluster.restart();

      assertThat(cluster.admin()).isEqualTo(before);
    }
  }

  @Test
  void programsThatAreNamedButMissingAreNoReasonToSkip(@TempDir Path empty) {
    assertThatThrownBy(() -> Binaries.in(empty)).hasMessageContaining("has no etcd");
  }
}
