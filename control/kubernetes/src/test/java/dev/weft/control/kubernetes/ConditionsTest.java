package dev.weft.control.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.model.Finding;
import dev.weft.control.model.FindingCode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConditionsTest {

  private static final Instant THEN = Instant.parse("2026-01-02T03:04:05Z");
  private static final Instant LATER = THEN.plusSeconds(60);
  private static final Map<String, Object> OTHERS =
      Map.of("type", "Reconciled", "status", "True", "reason", "Done");
  private static final Finding WARNING =
      new Finding(FindingCode.UNKNOWN_HOST, null, null, "spec.hosts[0]", "nowhere: not known");
  private static final Finding ERROR = Finding.of(FindingCode.INVALID, "weight: -1");

  private final Conditions conditions = Conditions.ofRevision("");

  private List<Map<String, Object>> first() {
    return conditions.changed(List.of(OTHERS), List.of(WARNING), 3, THEN);
  }

  @Test
  void whatIsFoundIsAConditionBesideOthers() {
    assertThat(first())
        .containsExactly(
            OTHERS,
            Map.of(
                "type", "weft.dev/Valid",
                "status", "True",
                "reason", "WEFT0302",
                "message", "WEFT0302 warning: nowhere: not known (at spec.hosts[0])",
                "observedGeneration", 3L,
                "lastTransitionTime", "2026-01-02T03:04:05Z"));
    assertThat(Conditions.ofRevision("canary").changed(first(), List.of(WARNING), 3, THEN))
        .extracting(it -> it.get("type"))
        .containsExactly("Reconciled", "weft.dev/Valid", "canary.weft.dev/Valid");
  }

  @Test
  void whatIsSaidAlreadyIsNotSaidAgain() {
    assertThat(conditions.changed(first(), List.of(WARNING), 3, LATER)).isNull();
    assertThat(conditions.changed(List.of(OTHERS), List.of(), 3, LATER)).isNull();
    // Numbers that come back in another type are the same numbers.
    List<Map<String, Object>> back = first();
    back.get(1).put("observedGeneration", 3);
    assertThat(conditions.changed(back, List.of(WARNING), 3, LATER)).isNull();
  }

  @Test
  void theTimeIsThatOfTheLastTransition() {
    List<Map<String, Object>> next = conditions.changed(first(), List.of(WARNING), 4, LATER);
    assertThat(next.get(1))
        .containsEntry("observedGeneration", 4L)
        .containsEntry("lastTransitionTime", "2026-01-02T03:04:05Z");
    List<Map<String, Object>> worse =
        conditions.changed(first(), List.of(WARNING, ERROR), 3, LATER);
    assertThat(worse.get(1))
        .containsEntry("status", "False")
        .containsEntry("reason", "WEFT0101")
        .containsEntry("lastTransitionTime", "2026-01-02T03:05:05Z");
    assertThat(worse.get(1).get("message").toString())
        .startsWith("WEFT0101 error: weight: -1\nWEFT0302 warning");
  }

  @Test
  void whatIsNoLongerFoundIsTakenBack() {
    assertThat(conditions.changed(first(), List.of(), 4, LATER)).containsExactly(OTHERS);
  }

  @Test
  void manyFindingsAreCut() {
    List<Finding> many =
        java.util.Collections.nCopies(200, Finding.of(FindingCode.INVALID, "x".repeat(100)));
    String message = conditions.changed(List.of(), many, 1, THEN).get(0).get("message").toString();
    assertThat(message).hasSizeLessThan(4_100).endsWith("\n…");
  }
}
