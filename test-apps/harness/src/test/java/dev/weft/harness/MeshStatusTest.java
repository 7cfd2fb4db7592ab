package dev.weft.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What is read of the control service's status. */
final class MeshStatusTest {

  private static final Instant EDIT = Instant.parse("2026-01-01T00:00:01Z");

  private static final MeshStatus STATUS =
      MeshStatus.of(
          """
          {"configuration": {"findings": [
             {"code": "WEFT0403", "severity": "info", "message": "no endpoint"},
             {"code": "WEFT0101", "severity": "error", "message": "not YAML"}]},
           "workloads": [
             {"name": "reviews", "labels": {"version": "v2"}, "sync": "SYNCED",
              "jvm": {"pid": 4711, "metrics": "127.0.0.1:15020"},
              "ports": [{"port": 41001}, {"port": 41002, "problem": "bound elsewhere"}]},
             {"name": "ratings", "labels": {}, "jvm": {"metrics": ""}, "ports": []}],
           "agents": [
             {"types": [{"acknowledgedAt": "2026-01-01T00:00:00.500Z"},
                        {"acknowledgedAt": "2026-01-01T00:00:01.040Z"}]},
             {"types": [{"acknowledgedAt": "2026-01-01T00:00:00.900Z",
                         "nack": {"reason": "unknown filter"}}]}]}\
          """);

  @Test
  void readsWorkloads() {
    assertThat(STATUS.workloads())
        .containsExactly(
            new MeshStatus.Workload("reviews", "v2", true, "127.0.0.1:15020", 1),
            new MeshStatus.Workload("ratings", "", false, "", 0));
  }

  @Test
  void readsWhatIsWrong() {
    assertThat(STATUS.refusals()).containsExactly("unknown filter");
    assertThat(STATUS.problems()).containsExactly("WEFT0101 not YAML");
  }

  @Test
  void readsAcknowledgements() {
    assertThat(STATUS.acknowledgedSince(EDIT)).isEqualTo(1);
    assertThat(STATUS.lastAcknowledgedAfter(EDIT)).isEqualTo(Duration.ofMillis(40));
  }
}
