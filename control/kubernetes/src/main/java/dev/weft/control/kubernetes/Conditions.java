package dev.weft.control.kubernetes;

import dev.weft.control.model.Finding;
import dev.weft.control.model.Severity;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the analyzer has found, as a condition of the resource's status: {@code False} where
 * something is an error, {@code True} where there are but warnings and information. A resource of
 * which nothing is to be said has no such condition. Others' conditions are left as they are.
 *
 * @param type of ours
 */
record Conditions(String type) {

  private static final String NAME = "weft.dev/Valid";
  private static final int LONGEST = 4_000;

  /** Each revision has its own, so that two side by side do not overwrite one another. */
  static Conditions ofRevision(String revision) {
    return new Conditions(revision.isEmpty() ? NAME : revision + "." + NAME);
  }

  /**
   * All conditions as they should be; null: they are so already.
   *
   * @param conditions as they are
   */
  @Nullable List<Map<String, Object>> changed(
      List<Map<String, Object>> conditions, List<Finding> findings, long generation, Instant now) {
    Map<String, Object> ours = null;
    List<Map<String, Object>> next = new ArrayList<>();
    for (Map<String, Object> condition : conditions) {
      if (type.equals(condition.get("type"))) {
        ours = condition;
      } else {
        next.add(condition);
      }
    }
    if (findings.isEmpty()) {
      return ours == null ? null : next;
    }
    Map<String, Object> wanted = condition(findings, generation);
    if (ours != null && says(ours, wanted)) {
      return null;
    }
    wanted.put("lastTransitionTime", since(ours, wanted, now));
    next.add(wanted);
    return next;
  }

  private static Object since(
      @Nullable Map<String, Object> ours, Map<String, Object> wanted, Instant now) {
    Object before =
        ours != null && Objects.equals(ours.get("status"), wanted.get("status"))
            ? ours.get("lastTransitionTime")
            : null;
    return before == null ? now.truncatedTo(ChronoUnit.SECONDS).toString() : before;
  }

  /** Numbers come back as the API server likes them. */
  private static boolean says(Map<String, Object> ours, Map<String, Object> wanted) {
    return wanted.entrySet().stream()
        .allMatch(
            it -> String.valueOf(it.getValue()).equals(String.valueOf(ours.get(it.getKey()))));
  }

  private Map<String, Object> condition(List<Finding> findings, long generation) {
    List<Finding> worstFirst =
        findings.stream().sorted(Comparator.comparing(Finding::severity).reversed()).toList();
    boolean refused = worstFirst.get(0).severity() == Severity.ERROR;
    Map<String, Object> condition = new LinkedHashMap<>();
    condition.put("type", type);
    condition.put("status", refused ? "False" : "True");
    condition.put("reason", worstFirst.get(0).code().id());
    condition.put("message", message(worstFirst));
    condition.put("observedGeneration", generation);
    return condition;
  }

  private static String message(List<Finding> findings) {
    StringBuilder text = new StringBuilder();
    for (Finding finding : findings) {
      String line =
          finding.code().id()
              + " "
              + finding.severity().name().toLowerCase(Locale.ROOT)
              + ": "
              + finding.said();
      if (text.length() + line.length() > LONGEST) {
        return text.append("\n…").toString();
      }
      text.append(text.isEmpty() ? "" : "\n").append(line);
    }
    return text.toString();
  }
}
