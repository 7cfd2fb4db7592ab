package dev.weft.testapps.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Medians and what they lie between. */
final class SpreadTest {

  @Test
  void theMedianOfAnOddNumberIsTheMiddle() {
    assertThat(Spread.of(List.of(3.0, 1.0, 2.0))).isEqualTo(new Spread(2, 1, 3));
  }

  @Test
  void theMedianOfAnEvenNumberLiesBetween() {
    assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 3.0)).text(1)).isEqualTo("2.5 (1.0..4.0)");
  }
}
