package dev.weft.testapps.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.testapps.bench.load.Load;
import dev.weft.testapps.bench.load.Measured;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The measured applications, really started, without a mesh. */
final class PairTest {

  @ParameterizedTest
  @EnumSource(names = {"PLAIN", "JSSE"})
  void aPairServesAtARateAndItsUseIsSeen(Kind kind, @TempDir Path directory) throws Exception {
    Path keystore = Certificate.make(directory, directory);
    try (Pair pair = Pair.start(kind, null, keystore, 10, directory)) {
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

  @Test
  void twoKindsAreNamedOrRefused() throws Exception {
    assertThat(Kind.two("jsse,weft-mtls")).containsExactly(Kind.JSSE, Kind.WEFT_MTLS);
    for (String wrong :
        new String[] {"", "plain", "plain,plain", "plain,envoy", "plain,weft,jsse"}) {
      assertThatThrownBy(() -> Kind.two(wrong)).hasMessageContaining("expected: two of [plain");
    }
  }
}
