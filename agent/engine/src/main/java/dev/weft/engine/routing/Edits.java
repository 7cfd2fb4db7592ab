package dev.weft.engine.routing;

import dev.weft.bridge.HeaderEdits;
import dev.weft.engine.config.HeaderRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Header rules made into one set of edits. */
final class Edits {

  /**
   * Never changed by a rule: routing is the business of rewrites, framing the library's own, and
   * the rest is said by the mesh itself after all rules, as in Envoy.
   */
  private static final Set<String> FIXED =
      Set.of(
          "host",
          "content-length",
          "transfer-encoding",
          "x-envoy-attempt-count",
          "x-envoy-peer-metadata",
          "x-envoy-peer-metadata-id");

  private Edits() {}

  /** The edits that do what the first rules and then the second ones would do. */
  static HeaderEdits of(HeaderRules first, HeaderRules second) {
    if (first.isEmpty() && second.isEmpty()) {
      return HeaderEdits.NONE;
    }
    Predicate<String> removed = name -> containsName(second.remove(), name);
    Predicate<String> overruled = removed.or(name -> containsKey(second.set(), name));
    List<String> remove = new ArrayList<>(first.remove());
    remove.addAll(second.remove());
    remove.removeIf(Edits::isFixed);
    return new HeaderEdits(
        List.copyOf(remove),
        pairs(first.set(), overruled, second.set()),
        pairs(first.add(), overruled, second.add()));
  }

  private static List<Map.Entry<String, String>> pairs(
      List<Map.Entry<String, String>> first,
      Predicate<String> overruled,
      List<Map.Entry<String, String>> second) {
    List<Map.Entry<String, String>> pairs = new ArrayList<>(first);
    pairs.removeIf(pair -> overruled.test(pair.getKey()));
    pairs.addAll(second);
    pairs.removeIf(pair -> isFixed(pair.getKey()));
    return List.copyOf(pairs);
  }

  private static boolean isFixed(String name) {
    return name.startsWith(":") || FIXED.contains(name.toLowerCase(Locale.ROOT));
  }

  private static boolean containsName(List<String> names, String name) {
    return names.stream().anyMatch(name::equalsIgnoreCase);
  }

  private static boolean containsKey(List<Map.Entry<String, String>> pairs, String name) {
    return pairs.stream().anyMatch(pair -> pair.getKey().equalsIgnoreCase(name));
  }
}
