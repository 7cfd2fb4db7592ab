package dev.weft.control.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Which localities a caller's requests go to: {@code localityLbSetting}.
 *
 * @param written whether anybody said so; otherwise the mesh's setting holds
 * @param failoverPriority labels, each alone or with a value, in which callers and endpoints agree
 */
public record LocalityBalancing(
    boolean written,
    boolean enabled,
    List<Distribute> distribute,
    List<Failover> failover,
    List<String> failoverPriority) {

  /** Where nothing is said: nearer endpoints first, if outlier detection can tell who fails. */
  public static final LocalityBalancing DEFAULT =
      new LocalityBalancing(false, true, List.of(), List.of(), List.of());

  /** As it is written. */
  public LocalityBalancing(
      boolean enabled,
      List<Distribute> distribute,
      List<Failover> failover,
      List<String> failoverPriority) {
    this(true, enabled, distribute, failover, failoverPriority);
  }

  /** The requests of a locality by percentages of others; either may end in a star. */
  public record Distribute(String from, Map<String, Integer> to) {
    public Distribute {
      to = Collections.unmodifiableMap(new LinkedHashMap<>(to));
    }
  }

  /** From a region to the one that goes before all others. */
  public record Failover(String from, String to) {}

  public LocalityBalancing {
    distribute = List.copyOf(distribute);
    failover = List.copyOf(failover);
    failoverPriority = List.copyOf(failoverPriority);
  }

  /** Whether the weights of localities decide, rather than those of their endpoints. */
  public boolean isWeighted(boolean detectsOutliers) {
    boolean fails = detectsOutliers && !(failover.isEmpty() && failoverPriority.isEmpty());
    return enabled && (!distribute.isEmpty() || fails);
  }

  /** Which labels of callers this looks at. */
  Stream<String> labels() {
    return failoverPriority.stream().map(label -> label.substring(0, (label + "=").indexOf('=')));
  }
}
