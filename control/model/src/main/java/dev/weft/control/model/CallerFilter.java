package dev.weft.control.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of a match block that are decided when configuration is made, not per request: who
 * calls, and on which port of the host.
 */
public record CallerFilter(
    Map<String, String> labels, @Nullable Namespace namespace, @Nullable Integer port) {

  public static final CallerFilter ANYONE = new CallerFilter(Map.of(), null, null);

  public CallerFilter {
    labels = Map.copyOf(labels);
  }

  public boolean admits(Caller caller, int calledPort) {
    return (port == null || port == calledPort)
        && (namespace == null || namespace.equals(caller.namespace()))
        && caller.labels().entrySet().containsAll(labels.entrySet());
  }
}
