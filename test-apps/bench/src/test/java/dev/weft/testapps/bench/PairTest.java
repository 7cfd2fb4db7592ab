package dev.weft.testapps.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testapps.bench.load.Load;
import dev.weft.testapps.bench.load.Measured;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The measured applications, really started, without a mesh. */
final class PairTest {

  @Test
  void aPlainPairServesAtARateAndItsUseIsSeen(@TempDir Path logs) throws Exception {
    try (Pair pair = Pair.start(null, logs)) {
      pair.awaitServing();
      Usage before = pair.usage();
      Measured measured = pair.run(new Load(4, 200), Duration.ofSeconds(2));
      Usage used = pair.usage().since(before);

      assertThat(measured.failures()).as(measured.firstFailure()).isZero();
      assertThat(measured.answers()).isEqualTo(400);
      assertThat(measured.percentile(99)).isPositive();
      assertThat(used.cpu()).isPositive().isGreaterThanOrEqualTo(used.jit());
      assertThat(used.resident()).isGreaterThan(20);
    }
  }
}
