package dev.weft.control.config;

import dev.weft.control.model.CallerFilter;
import dev.weft.control.model.RouteMatch;
import dev.weft.control.model.StringMatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Match blocks of a route that delegates and of one that is delegated to, as one. By istiod's rules
 * each block of the latter has to be a part of some block of the former; what can be told from the
 * text of both, not what would ever match both: two regexes are always taken to contradict.
 */
final class MatchMerger {

  private MatchMerger() {}

  /** Empty where a block of the delegate contradicts every block of the root. */
  static Optional<List<RouteMatch>> merge(List<RouteMatch> roots, List<RouteMatch> subs) {
    if (roots.isEmpty() || subs.isEmpty()) {
      return Optional.of(roots.isEmpty() ? subs : roots);
    }
    List<RouteMatch> merged = new ArrayList<>();
    for (RouteMatch sub : subs) {
      int before = merged.size();
      roots.stream().filter(root -> fits(root, sub)).forEach(root -> merged.add(both(root, sub)));
      if (merged.size() == before) {
        return Optional.empty();
      }
    }
    return Optional.of(merged);
  }

  static String name(String root, String sub) {
    return sub.isEmpty() ? root : root.isEmpty() ? sub : root + "-" + sub;
  }

  private static RouteMatch both(RouteMatch root, RouteMatch sub) {
    return new RouteMatch(
        name(root.name(), sub.name()),
        first(sub.uri(), root.uri()),
        sub.ignoreUriCase(),
        first(sub.method(), root.method()),
        first(sub.scheme(), root.scheme()),
        first(sub.authority(), root.authority()),
        both(root.headers(), sub.headers()),
        both(root.withoutHeaders(), sub.withoutHeaders()),
        both(root.queryParams(), sub.queryParams()),
        both(root.callers(), sub.callers()));
  }

  private static CallerFilter both(CallerFilter root, CallerFilter sub) {
    return new CallerFilter(
        both(root.labels(), sub.labels()),
        first(sub.namespace(), root.namespace()),
        first(sub.port(), root.port()));
  }

  private static <T> Map<String, T> both(Map<String, T> root, Map<String, T> sub) {
    Map<String, T> both = new HashMap<>(root);
    both.putAll(sub);
    return both;
  }

  private static <T> @Nullable T first(@Nullable T one, @Nullable T other) {
    return one == null ? other : one;
  }

  private static boolean fits(RouteMatch root, RouteMatch sub) {
    return within(root.uri(), sub.uri())
        && within(root.scheme(), sub.scheme())
        && within(root.method(), sub.method())
        && within(root.authority(), sub.authority())
        && within(root.headers(), sub.headers())
        && within(root.withoutHeaders(), sub.withoutHeaders())
        && within(root.queryParams(), sub.queryParams())
        && root.ignoreUriCase() == sub.ignoreUriCase()
        && fits(root.callers(), sub.callers());
  }

  private static boolean fits(CallerFilter root, CallerFilter sub) {
    boolean ports = root.port() == null || sub.port() == null || root.port().equals(sub.port());
    boolean namespaces =
        root.namespace() == null || Objects.equals(root.namespace(), sub.namespace());
    return ports
        && namespaces
        && sub.labels().entrySet().stream()
            .allMatch(
                label ->
                    root.labels()
                        .getOrDefault(label.getKey(), label.getValue())
                        .equals(label.getValue()));
  }

  private static boolean within(Map<String, StringMatch> root, Map<String, StringMatch> sub) {
    return sub.entrySet().stream()
        .allMatch(entry -> within(root.get(entry.getKey()), entry.getValue()));
  }

  private static boolean within(@Nullable StringMatch root, @Nullable StringMatch sub) {
    if (root == null || sub == null) {
      return true;
    }
    if (root instanceof StringMatch.Exact) {
      return root.equals(sub);
    }
    if (root instanceof StringMatch.Prefix prefix) {
      return (sub instanceof StringMatch.Prefix longer && longer.value().startsWith(prefix.value()))
          || (sub instanceof StringMatch.Exact exact && exact.value().startsWith(prefix.value()));
    }
    return false;
  }
}
