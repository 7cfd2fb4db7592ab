package dev.weft.engine;

import static dev.weft.engine.Config.cluster;
import static dev.weft.engine.Config.endpoint;
import static dev.weft.engine.Config.snapshot;
import static dev.weft.engine.Config.table;
import static dev.weft.engine.TestMesh.deliver;
import static dev.weft.engine.TestMesh.failure;
import static dev.weft.engine.TestMesh.response;
import static dev.weft.engine.TestMesh.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.Outcome;
import dev.weft.bridge.Step;
import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.Cluster.LoadBalancing;
import dev.weft.engine.config.HashPolicy;
import dev.weft.engine.config.HeaderRules;
import dev.weft.engine.config.RetryPolicy;
import dev.weft.engine.config.Route;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Calls to a cluster whose load balancer is consistent. */
class ConsistentHashTest {

  private static final HashPolicy USER = new HashPolicy.Header("x-user", false);
  private static final HashPolicy COOKIE =
      new HashPolicy.Cookie(
          "sid",
          "/shop",
          Duration.ofSeconds(60),
          List.of(
              new HashPolicy.Attribute("Secure", ""), new HashPolicy.Attribute("SameSite", "Lax")),
          false);

  private static TestMesh mesh(HeaderRules request, RetryPolicy retries, HashPolicy... policies) {
    Cluster ring =
        cluster("c", LoadBalancing.RING_HASH, endpoint(1), endpoint(2), endpoint(3), endpoint(4));
    Route.Action.Forward forward =
        new Route.Action.Forward(
            List.of(Config.to("c", 1)), null, null, retries, List.of(policies), List.of());
    Route route = new Route("r", Config.any(), forward, request, HeaderRules.NONE);
    return TestMesh.of(snapshot(table(route), ring));
  }

  private static InetSocketAddress address(TestMesh mesh, String... headers) {
    OutboundCall call = mesh.call(headers);
    InetSocketAddress address = send(call.start()).address();
    call.cancelled();
    return address;
  }

  @Test
  void sameKeySameEndpoint() {
    TestMesh mesh = mesh(HeaderRules.NONE, RetryPolicy.NONE, USER);
    Set<InetSocketAddress> all = new HashSet<>();
    for (int user = 0; user < 50; user++) {
      InetSocketAddress first = address(mesh, "x-user", "user-" + user);
      for (int i = 0; i < 5; i++) {
        assertThat(address(mesh, "X-User", "user-" + user)).isEqualTo(first);
      }
      all.add(first);
    }
    assertThat(all).hasSize(4);
  }

  @Test
  void withoutAKeyChanceDecides() {
    TestMesh mesh = mesh(HeaderRules.NONE, RetryPolicy.NONE, USER);
    Set<InetSocketAddress> all = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      all.add(address(mesh));
    }
    assertThat(all).hasSize(4);
  }

  @Test
  void hashesWhatIsSent() {
    HeaderRules rules =
        new HeaderRules(List.of(), List.of(Map.entry("x-user", "alice")), List.of());
    TestMesh edited = mesh(rules, RetryPolicy.NONE, USER);
    TestMesh plain = mesh(HeaderRules.NONE, RetryPolicy.NONE, USER);
    InetSocketAddress alice = address(plain, "x-user", "alice");
    for (int i = 0; i < 20; i++) {
      assertThat(address(edited, "x-user", "user-" + i)).isEqualTo(alice);
    }
  }

  @Test
  void givesACookieThatLeadsToTheSameEndpoint() {
    TestMesh mesh = mesh(HeaderRules.NONE, RetryPolicy.NONE, COOKIE);
    for (int i = 0; i < 20; i++) {
      OutboundCall call = mesh.call();
      InetSocketAddress address = send(call.start()).address();
      Step.Deliver delivered = deliver(call.ended(response(200)));
      String cookie = delivered.edits().add().get(0).getValue();
      assertThat(delivered.edits().add().get(0).getKey()).isEqualTo("set-cookie");
      assertThat(cookie)
          .matches("sid=\"[0-9a-f]{16}\"; Max-Age=60; Path=/shop; Secure; SameSite=Lax; HttpOnly");
      String value = cookie.substring(0, cookie.indexOf(';'));
      assertThat(address(mesh, "cookie", "a=b; " + value)).isEqualTo(address);
    }
    OutboundCall known = mesh.call("cookie", "sid=x");
    known.start();
    assertThat(deliver(known.ended(response(200))).edits().add()).isEmpty();
  }

  @Test
  void givesEachCookieOnce() {
    HashPolicy other = new HashPolicy.Cookie("other", "", Duration.ofSeconds(60), List.of(), false);
    TestMesh mesh = mesh(HeaderRules.NONE, RetryPolicy.NONE, COOKIE, other, COOKIE);
    for (int i = 0; i < 20; i++) {
      OutboundCall call = mesh.call();
      InetSocketAddress address = send(call.start()).address();
      List<String> cookies =
          deliver(call.ended(response(200))).edits().add().stream()
              .map(Map.Entry::getValue)
              .map(cookie -> cookie.substring(0, cookie.indexOf(';')))
              .toList();
      assertThat(cookies).hasSize(2);
      assertThat(cookies.get(0)).startsWith("sid=");
      assertThat(cookies.get(1)).startsWith("other=");
      assertThat(address(mesh, "cookie", String.join("; ", cookies))).isEqualTo(address);
    }
  }

  @Test
  void aRetryStaysUnlessPreviousHostsAreAvoided() {
    RetryPolicy sticking =
        new RetryPolicy(
            1,
            Set.of(RetryPolicy.On.CONNECT_FAILURE),
            List.of(),
            null,
            Duration.ZERO,
            Duration.ZERO,
            0);
    TestMesh mesh = mesh(HeaderRules.NONE, sticking, USER);
    for (int i = 0; i < 20; i++) {
      OutboundCall call = mesh.call("x-user", "user-" + i);
      InetSocketAddress first = send(call.start()).address();
      assertThat(send(call.ended(failure(Outcome.Kind.CONNECT))).address()).isEqualTo(first);
      call.cancelled();
    }
  }
}
