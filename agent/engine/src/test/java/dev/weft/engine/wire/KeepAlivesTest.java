package dev.weft.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.KeepAlive;
import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.Cluster.Discovery;
import dev.weft.engine.config.Cluster.Endpoint;
import dev.weft.engine.config.Cluster.Health;
import dev.weft.engine.config.Cluster.LoadBalancing;
import dev.weft.engine.config.Cluster.Service;
import dev.weft.engine.config.Cluster.Workload;
import dev.weft.engine.config.TrafficPolicy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How connections are kept alive, by where they go. */
class KeepAlivesTest {

  private static final InetSocketAddress HERE = FakeConnection.address(7, 9080);
  private static final InetSocketAddress NAMED =
      InetSocketAddress.createUnresolved("api.example.com", 443);

  private static Cluster cluster(@Nullable KeepAlive settings, InetSocketAddress place) {
    return new Cluster(
        "c",
        Discovery.ENDPOINTS,
        TrafficPolicy.of(LoadBalancing.RANDOM, Duration.ofSeconds(1)).withKeepAlive(settings),
        Service.UNKNOWN,
        List.of(new Endpoint(place, 1, Health.HEALTHY, 0, Workload.UNKNOWN)));
  }

  @Test
  void thoseOfWhichNothingIsSaidStayAsTheyAre() {
    KeepAlives said = KeepAlives.of(Map.of("a", cluster(null, HERE)));
    assertThat(said.at(HERE)).isNull();
    KeepAlive settings = new KeepAlive(3, 60, 10);
    said = KeepAlives.of(Map.of("a", cluster(settings, HERE), "b", cluster(null, HERE)));
    assertThat(said.at(HERE)).isEqualTo(settings);
    assertThat(said.at(FakeConnection.address(8, 9080))).isNull();
  }

  @Test
  void theMoreImpatientOfTwoDecides() {
    Cluster one = cluster(new KeepAlive(0, 60, 10), HERE);
    Cluster other = cluster(new KeepAlive(3, 90, 0), HERE);
    assertThat(KeepAlives.of(Map.of("a", one, "b", other)).at(HERE))
        .isEqualTo(new KeepAlive(3, 60, 10));
  }

  /** Libraries look names up, and connect to an address that remembers its name. */
  @Test
  void namesAreFoundByTheirAddresses() throws UnknownHostException {
    KeepAlive settings = new KeepAlive(0, 0, 0);
    KeepAlives said = KeepAlives.of(Map.of("a", cluster(settings, NAMED)));
    byte[] bytes = {10, 0, 0, 1};
    InetAddress found = InetAddress.getByAddress("api.example.com", bytes);
    assertThat(said.at(new InetSocketAddress(found, 443))).isEqualTo(settings);
    InetAddress other = InetAddress.getByAddress("other.example.com", bytes);
    assertThat(said.at(new InetSocketAddress(other, 443))).isNull();
    assertThat(said.at(NAMED)).isEqualTo(settings);
  }
}
