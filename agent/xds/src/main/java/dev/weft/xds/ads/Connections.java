package dev.weft.xds.ads;

import dev.weft.engine.config.TcpService;
import dev.weft.engine.config.TcpService.Share;
import dev.weft.engine.config.TcpTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which connections are routed: to each service by its new routes once all of their clusters have
 * come, until then as before. So a change refuses nobody, and one service waits for no other.
 */
final class Connections {

  /** By names and port. */
  private Map<String, TcpService> inForce = Map.of();

  private TcpTable table = TcpTable.EMPTY;

  /**
   * The services to be in force; the same object while they are.
   *
   * @param complete whether all these clusters are known; what is missing is asked for
   */
  TcpTable next(List<TcpService> wanted, Predicate<Set<String>> complete) {
    Map<String, TcpService> next = new LinkedHashMap<>();
    boolean settled = true;
    for (TcpService service : wanted) {
      String key = service.names() + ":" + service.port();
      boolean ready = complete.test(clusters(service));
      @Nullable TcpService before = inForce.get(key);
      if (ready) {
        next.put(key, service);
      } else if (before != null) {
        next.put(key, before);
      }
      settled &= ready || before != null;
    }
    inForce = next;
    TcpTable made = new TcpTable(new ArrayList<>(next.values()), settled);
    table = made.equals(table) ? table : made;
    return table;
  }

  /** The names of all clusters to which its connections may go. */
  static Set<String> clusters(TcpService service) {
    Set<String> names = new LinkedHashSet<>();
    service.routes().stream()
        .flatMap(route -> route.shares().stream())
        .map(Share::cluster)
        .forEach(names::add);
    return names;
  }
}
