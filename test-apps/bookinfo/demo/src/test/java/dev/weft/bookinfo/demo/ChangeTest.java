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
  void anAgentObeysFromTheEndOfTheFirstProof() {
    Change change =
        Change.evaluate(
            List.of(sample(900, 950, "v2"), sample(1_010, 1_050, "v2"), sample(1_030, 1_070, "v3")),
            Instant.EPOCH,
            EDITED,
            PROOFS);

    assertThat(change.enforcedAfter())
        .containsEntry("productpage", Optional.of(Duration.ofNanos(70)));
    assertThat(change.strays()).isZero();
  }

  @Test
  void requestsThatBeganBeforeEnforcementAreNotStrays() {
    Change change =
        Change.evaluate(
            List.of(sample(1_030, 1_070, "v3"), sample(1_060, 1_200, "v2")),
            Instant.EPOCH,
            EDITED,
            PROOFS);

    assertThat(change.strays()).isZero();
  }

  @Test
  void requestsThatBeganAfterEnforcementAndFollowTheOldRuleAre() {
    Change change =
        Change.evaluate(
            List.of(sample(1_030, 1_070, "v3"), sample(1_080, 1_200, "v2")),
            Instant.EPOCH,
            EDITED,
            PROOFS);

    assertThat(change.strays()).isEqualTo(1);
  }

  @Test
  void answersOfBeforeTheEditProveNothing() {
    Change change = Change.evaluate(List.of(sample(900, 950, "v3")), Instant.EPOCH, EDITED, PROOFS);

    assertThat(change.enforcedAfter()).containsEntry("productpage", Optional.empty());
  }

  private static Sample sample(long start, long end, String reviews) {
    return new Sample(null, start, end, reviews, null, null);
  }
}
