package dev.weft.control.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.control.ca.RefusedException.Kind;
import dev.weft.control.model.SpiffeId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How often one identity gets a certificate, on a clock that the test turns. */
class IssueLimitTest {

  private static final SpiffeId A = SpiffeId.parse("spiffe://cluster.local/ns/default/sa/a");
  private static final SpiffeId B = SpiffeId.parse("spiffe://cluster.local/ns/default/sa/b");

  private long now;
  private final IssueLimit limit = new IssueLimit(3, 2, () -> now);

  private void refused(SpiffeId id) {
    assertThatThrownBy(() -> limit.take(id))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.LIMIT);
              assertThat(e.reason()).contains("sa/a", "expected: at most 2 per second");
            });
  }

  @Test
  void aBurstAndThenSoManyPerSecond() throws Exception {
    for (int i = 0; i < 3; i++) {
      limit.take(A);
    }
    refused(A);
    // Others are others.
    limit.take(B);
    now += Duration.ofMillis(499).toNanos();
    refused(A);
    now += Duration.ofMillis(1).toNanos();
    limit.take(A);
    refused(A);
    now += Duration.ofDays(1).toNanos();
    for (int i = 0; i < 3; i++) {
      limit.take(A);
    }
    refused(A);
  }
}
