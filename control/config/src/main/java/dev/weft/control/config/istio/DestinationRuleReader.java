package dev.weft.control.config.istio;

import dev.weft.control.config.Resource;
import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.model.ConnectionPool;
import dev.weft.control.model.DestinationPolicy;
import dev.weft.control.model.ExportTo;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.PolicySettings;
import dev.weft.control.model.RetryBudget;
import dev.weft.control.model.Subset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads DestinationRules. */
public final class DestinationRuleReader implements KindReader {

  private static final List<String> PORT_BLOCKS =
      List.of("loadBalancer", "connectionPool", "outlierDetection", "tls");
  private static final List<String> BLOCKS =
      Stream.concat(
              PORT_BLOCKS.stream(),
              Stream.of("portLevelSettings", "tunnel", "proxyProtocol", "retryBudget"))
          .toList();

  private static final double DEFAULT_BUDGET_PERCENT = 20;
  private static final int DEFAULT_RETRY_CONCURRENCY = 3;

  @Override
  public Resource read(ObjectReader spec, Scope scope) {
    DestinationPolicy policy =
        new DestinationPolicy(
            scope.metadata().id(),
            scope.host(spec.text("host")),
            exportTo(spec, scope),
            spec.has("workloadSelector")
                ? spec.object("workloadSelector").textsByKey("matchLabels")
                : null,
            settings(spec),
            subsets(spec),
            scope.metadata().location());
    return new Resource.Policy(scope.metadata(), policy);
  }

  /** One for some workloads of its namespace is exported to nobody else, whatever it says. */
  private static ExportTo exportTo(ObjectReader spec, Scope scope) {
    ExportTo written = ExportToReader.read(spec, scope);
    return spec.has("workloadSelector") ? ExportTo.only(Set.of(scope.namespace())) : written;
  }

  private static List<Subset> subsets(ObjectReader spec) {
    List<Subset> subsets = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (ObjectReader subset : spec.objects("subsets")) {
      String name = subset.text("name");
      if (!names.add(name)) {
        subset.report(FindingCode.INVALID, "name", name + " twice (expected: each subset once)");
      }
      subsets.add(new Subset(name, subset.textsByKey("labels"), settings(subset)));
    }
    return subsets;
  }

  private static PolicySettings settings(ObjectReader holder) {
    ObjectReader policy = holder.object("trafficPolicy");
    if (holder.has("trafficPolicy")) {
      requireAny(policy, BLOCKS);
    }
    Map<Integer, PolicySettings> ports = new HashMap<>();
    for (ObjectReader port : policy.objects("portLevelSettings")) {
      requireAny(port, PORT_BLOCKS);
      Integer number = port.object("port").number("number");
      if (number != null) {
        ports.putIfAbsent(number, settings(port, Map.of()));
      }
    }
    return settings(policy, ports);
  }

  private static PolicySettings settings(ObjectReader policy, Map<Integer, PolicySettings> ports) {
    return new PolicySettings(
        LoadBalancerReader.read(policy),
        connectionPool(policy),
        OutlierDetectionReader.read(policy),
        retryBudget(policy),
        TlsReader.read(policy),
        ports);
  }

  private static void requireAny(ObjectReader policy, List<String> blocks) {
    if (blocks.stream().noneMatch(policy::has)) {
      policy.report(
          FindingCode.MISSING, "sets nothing (expected one of: " + String.join(", ", blocks) + ")");
    }
  }

  private static @Nullable ConnectionPool connectionPool(ObjectReader policy) {
    ObjectReader pool = policy.object("connectionPool");
    if (!policy.has("connectionPool")) {
      return null;
    }
    requireAny(pool, List.of("tcp", "http"));
    ObjectReader http = pool.object("http");
    return new ConnectionPool(
        pool.object("tcp").duration("connectTimeout"),
        pool.object("tcp").number("maxConnections", 0),
        http.number("http1MaxPendingRequests", 0),
        http.number("http2MaxRequests", 0),
        http.number("maxRetries", 0),
        KeepaliveReader.read(pool.object("tcp")));
  }

  private static @Nullable RetryBudget retryBudget(ObjectReader policy) {
    if (!policy.has("retryBudget")) {
      return null;
    }
    ObjectReader budget = policy.object("retryBudget");
    Duration interval = budget.duration("budgetInterval");
    int minimum = budget.number("minRetryConcurrency", 0);
    return new RetryBudget(
        budget.decimal("percent", DEFAULT_BUDGET_PERCENT),
        minimum == 0 ? DEFAULT_RETRY_CONCURRENCY : minimum,
        interval == null ? Duration.ZERO : interval);
  }
}
