package dev.weft.control.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One address that serves one service port.
 *
 * @param address an IP address, or a host name where the service's resolution is DNS
 * @param port the port on the workload
 * @param labels what subsets select by
 * @param weight relative share, at least 1
 * @param workload who serves; null for an endpoint written into a ServiceEntry
 */
public record Endpoint(
    String address,
    int port,
    Map<String, String> labels,
    Locality locality,
    int weight,
    @Nullable Workload workload) {

  public Endpoint {
    labels = Map.copyOf(labels);
  }

  public boolean carries(Map<String, String> wanted) {
    return labels.entrySet().containsAll(wanted.entrySet());
  }
}
