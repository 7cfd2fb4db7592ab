package dev.weft.engine;

import dev.weft.engine.authz.Authorizer;
import dev.weft.engine.balance.Balancer;
import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.HostTable;
import dev.weft.engine.config.RouteTable;
import dev.weft.engine.config.Snapshot;
import dev.weft.engine.limit.Limits;
import dev.weft.engine.routing.Authority;
import dev.weft.engine.routing.Rules;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot, compiled. What did not change since the plan before is taken over from it.
 *
 * @param hosts null before the first answer of the control service
 * @param rules by authority, lower case and with port
 * @param balancers by cluster name
 * @param carried names of the headers that flow through
 * @param limits of the requests that arrive; null: none
 * @param authorizer of the requests that arrive; null: not known, for what was known is not
 *     forgotten
 */
record Plan(
    @Nullable HostTable hosts,
    Map<String, Rules> rules,
    Map<String, Balancer> balancers,
    List<String> carried,
    @Nullable Limits limits,
    @Nullable Authorizer authorizer) {

  static Plan empty(EngineSettings settings) {
    return new Plan(
        null, Map.of(), Map.of(), ContextHeaders.of(Snapshot.EMPTY, settings), null, null);
  }

  /**
   * The plan of the next snapshot.
   *
   * @param forgotten told of each bucket of a limit that had to go before it was full
   */
  Plan next(
      Snapshot snapshot,
      EngineSettings settings,
      RandomGenerator random,
      LongSupplier clock,
      InstantSource time,
      Runnable forgotten) {
    Map<String, Rules> nextRules = new HashMap<>();
    snapshot.routes().forEach((name, table) -> nextRules.put(name, rules(name, table)));
    Map<String, Balancer> nextBalancers = new HashMap<>();
    snapshot
        .clusters()
        .forEach(
            (name, cluster) -> nextBalancers.put(name, balancer(name, cluster, random, clock)));
    return new Plan(
        snapshot.hosts(),
        nextRules,
        nextBalancers,
        ContextHeaders.of(snapshot, settings),
        Limits.compile(snapshot.limits(), limits, clock, forgotten),
        snapshot.authorization() == null
            ? authorizer
            : Authorizer.compile(snapshot.authorization(), authorizer, time));
  }

  private Rules rules(String name, RouteTable table) {
    Rules before = rules.get(name);
    if (before != null && before.areOf(table)) {
      return before;
    }
    Authority authority = Authority.parse(name);
    if (authority == null) {
      throw new IllegalArgumentException("authority: " + name + " (expected: host:port)");
    }
    return Rules.compile(table, authority);
  }

  private Balancer balancer(
      String name, Cluster cluster, RandomGenerator random, LongSupplier clock) {
    Balancer before = balancers.get(name);
    return before != null && before.isOf(cluster)
        ? before
        : new Balancer(cluster, random, clock, before);
  }
}
