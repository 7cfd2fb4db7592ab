package dev.weft.control.kubernetes.check;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Label selectors, as the API server evaluates them for webhooks. */
final class Selectors {

  private Selectors() {}

  static boolean matches(@Nullable LabelSelector selector, Map<String, String> labels) {
    if (selector == null) {
      return true;
    }
    Map<String, String> all = selector.getMatchLabels();
    return (all == null || labels.entrySet().containsAll(all.entrySet()))
        && selector.getMatchExpressions().stream().allMatch(it -> matches(it, labels));
  }

  private static boolean matches(LabelSelectorRequirement one, Map<String, String> labels) {
    String value = labels.get(one.getKey());
    return switch (one.getOperator()) {
      case "In" -> value != null && one.getValues().contains(value);
      case "NotIn" -> value == null || !one.getValues().contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      default ->
          throw new IllegalArgumentException(
              one.getOperator() + " (expected: In, NotIn, Exists or DoesNotExist)");
    };
  }
}
