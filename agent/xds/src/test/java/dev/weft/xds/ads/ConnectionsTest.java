package dev.weft.xds.ads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.engine.config.TcpService;
import dev.weft.engine.config.TcpService.Route;
import dev.weft.engine.config.TcpService.Share;
import dev.weft.engine.config.TcpTable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When new routes of connections come into force. */
class ConnectionsTest {

  private final Set<String> known = new HashSet<>();
  private final Set<String> asked = new HashSet<>();
  private final Connections connections = new Connections();

  private boolean complete(Set<String> clusters) {
    asked.addAll(clusters);
    return known.containsAll(clusters);
  }

  private static TcpService service(String name, String... clusters) {
    List<Share> shares = List.of(clusters).stream().map(it -> new Share(it, 1)).toList();
    Route route = new Route(List.of(), List.of(), shares, false);
    return new TcpService(List.of(name), List.of(), 5432, List.of(route));
  }

  @Test
  void eachServiceWaitsForItsOwnClusters() {
    TcpService db = service("db", "db");
    TcpService cache = service("cache", "cache", "spare");
    known.add("db");
    assertThat(connections.next(List.of(cache, db), this::complete))
        .isEqualTo(new TcpTable(List.of(db), false));
    assertThat(asked).containsExactlyInAnyOrder("db", "cache", "spare");
    known.addAll(Set.of("cache", "spare"));
    assertThat(connections.next(List.of(cache, db), this::complete))
        .isEqualTo(new TcpTable(List.of(cache, db), true));
  }

  @Test
  void untilThenItGoesOnAsBefore() {
    TcpService before = service("db", "v1");
    TcpService after = service("db", "v2");
    known.add("v1");
    connections.next(List.of(before), this::complete);
    assertThat(connections.next(List.of(after), this::complete))
        .isEqualTo(new TcpTable(List.of(before), true));
    known.add("v2");
    assertThat(connections.next(List.of(after), this::complete))
        .isEqualTo(new TcpTable(List.of(after), true));
    assertThat(connections.next(List.of(), this::complete)).isEqualTo(TcpTable.EMPTY);
  }
}
