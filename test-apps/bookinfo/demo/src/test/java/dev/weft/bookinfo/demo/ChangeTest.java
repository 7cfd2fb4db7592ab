package dev.weft.bookinfo.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a change of rules is measured by. */
final class ChangeTest {

  private static final long EDITED = 1_000;

  private static final List<Proof> PROOFS =
      List.of(
          new Proof(
              "productpage", sample -> sample.reviewedBy("v3"), sample -> sample.reviewedBy("v2")));

  @Test
  void anAgentObeysSinceTheFirstProofThatNoContradictionFollows() {
    Optional<Change.Obedience> obedience =
        obedience(
            sample(900, 950, "v2"),
            sample(1_010, 1_050, "v2"),
            sample(1_030, 1_070, "v3"),
            sample(1_040, 1_060, "v2"),
            sample(1_055, 1_090, "v3"));

    assertThat(obedience)
        .contains(new Change.Obedience(Duration.ofNanos(55), Duration.ofNanos(70)));
  }

  @Test
  void anAgentThatTurnsBackDoesNotObey() {
    assertThat(obedience(sample(1_030, 1_070, "v3"), sample(1_080, 1_200, "v2"))).isEmpty();
  }

  @Test
  void answersOfBeforeTheEditProveNothing() {
    assertThat(obedience(sample(900, 950, "v3"))).isEmpty();
  }

  @Test
  void requestsUnderWayAtTheEditAreNeitherProofNorContradiction() {
    Optional<Change.Obedience> obedience =
        obedience(sample(990, 1_200, "v2"), sample(995, 1_020, "v3"), sample(1_010, 1_040, "v3"));

    assertThat(obedience)
        .contains(new Change.Obedience(Duration.ofNanos(10), Duration.ofNanos(20)));
  }

  private static Optional<Change.Obedience> obedience(Sample... samples) {
    return Change.evaluate(List.of(samples), Instant.EPOCH, EDITED, PROOFS)
        .obedience()
        .get("productpage");
  }

  private static Sample sample(long start, long end, String reviews) {
    return new Sample(null, start, end, reviews, null, null);
  }
}
