package dev.weft.harness;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The state of the mesh at one moment, as {@code weftctl status -o json} prints it. */
public final class MeshStatus {

  private final @Nullable Object json;

  private MeshStatus(@Nullable Object json) {
    this.json = json;
  }

  static MeshStatus of(String json) {
    return new MeshStatus(Json.parse(json));
  }

  /**
   * A registered application.
   *
   * @param synced its agent has acknowledged everything that it was sent
   * @param metrics host and port of its metrics; empty: none
   * @param ports how many it listens on that others can reach
   */
  public record Workload(String name, String version, boolean synced, String metrics, long ports) {}

  public List<Workload> workloads() {
    return Json.list(json, "workloads").stream().map(MeshStatus::workload).toList();
  }

  /** What agents refused, in their words. */
  public List<String> refusals() {
    return Json.list(json, "agents").stream()
        .flatMap(agent -> Json.list(agent, "types").stream())
        .map(type -> Json.string(type, "nack", "reason"))
        .flatMap(Optional::stream)
        .toList();
  }

  /** Errors and warnings about the configuration. */
  public List<String> problems() {
    return Json.list(json, "configuration", "findings").stream()
        .filter(finding -> !Json.string(finding, "severity").orElse("").equals("info"))
        .map(finding -> text(finding, "code") + " " + text(finding, "message"))
        .toList();
  }

  /** How many agents have acknowledged something since then. */
  public long acknowledgedSince(Instant moment) {
    return Json.list(json, "agents").stream()
        .filter(agent -> lastAcknowledged(agent).isAfter(moment))
        .count();
  }

  /** From then to the last acknowledgement of any agent; zero if there was none. */
  public Duration lastAcknowledgedAfter(Instant moment) {
    return Json.list(json, "agents").stream()
        .map(MeshStatus::lastAcknowledged)
        .filter(at -> at.isAfter(moment))
        .max(Comparator.naturalOrder())
        .map(at -> Duration.between(moment, at))
        .orElse(Duration.ZERO);
  }

  private static Instant lastAcknowledged(@Nullable Object agent) {
    return Json.list(agent, "types").stream()
        .map(type -> Json.string(type, "acknowledgedAt"))
        .flatMap(Optional::stream)
        .map(Instant::parse)
        .max(Comparator.naturalOrder())
        .orElse(Instant.MIN);
  }

  private static Workload workload(@Nullable Object json) {
    long ports =
        Json.list(json, "ports").stream()
            .filter(port -> port instanceof Map<?, ?> map && !map.containsKey("problem"))
            .count();
    return new Workload(
        text(json, "name"),
        Json.string(json, "labels", "version").orElse(""),
        Objects.equals(text(json, "sync"), "SYNCED"),
        Json.string(json, "jvm", "metrics").orElse(""),
        ports);
  }

  private static String text(@Nullable Object json, String key) {
    return Json.string(json, key).orElse("");
  }
}
