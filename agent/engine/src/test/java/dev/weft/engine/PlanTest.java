package dev.weft.engine;

import static dev.weft.engine.Config.any;
import static dev.weft.engine.Config.cluster;
import static dev.weft.engine.Config.endpoint;
import static dev.weft.engine.Config.forward;
import static dev.weft.engine.Config.route;
import static dev.weft.engine.Config.snapshot;
import static dev.weft.engine.Config.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.RouteTable;
import dev.weft.engine.config.Snapshot;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a new snapshot costs, and that a wrong one changes nothing. */
class PlanTest {

  private final RouteTable table = table(route(any(), forward("v1")));
  private final Cluster v1 = cluster("v1", endpoint(1));
  private final TestMesh mesh = TestMesh.of(snapshot(table, v1));

  @Test
  void takesOverWhatDidNotChange() {
    Plan before = mesh.engine.plan();
    mesh.update(snapshot(table, v1, cluster("v2", endpoint(2))));
    Plan after = mesh.engine.plan();
    assertThat(after.rules().get(Config.REVIEWS)).isSameAs(before.rules().get(Config.REVIEWS));
    assertThat(after.balancers().get("v1")).isSameAs(before.balancers().get("v1"));
    assertThat(after.balancers()).containsKey("v2");
    mesh.update(snapshot(table, cluster("v1", endpoint(1))));
    assertThat(mesh.engine.plan().balancers().get("v1")).isNotSameAs(before.balancers().get("v1"));
    assertThat(mesh.engine.plan().balancers()).doesNotContainKey("v2");
  }

  @Test
  void keepsTheLastGoodOne() {
    Plan before = mesh.engine.plan();
    Snapshot wrong = new Snapshot(Config.hosts("reviews"), Map.of("user@reviews", table), Map.of());
    assertThatThrownBy(() -> mesh.engine.update(wrong))
        .hasMessage("authority: user@reviews (expected: host:port)");
    assertThat(mesh.engine.plan()).isSameAs(before);
  }
}
