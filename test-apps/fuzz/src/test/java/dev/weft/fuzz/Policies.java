package dev.weft.fuzz;

import dev.weft.bridge.Headers;
import dev.weft.bridge.Peer;
import dev.weft.bridge.RequestHead;
import dev.weft.engine.authz.Arrived;
import dev.weft.engine.authz.Authorizer;
import dev.weft.engine.authz.Decision;
import dev.weft.engine.config.Authorization;
import dev.weft.engine.config.Authorization.Action;
import dev.weft.engine.config.Authorization.Condition;
import dev.weft.engine.config.Authorization.Filter;
import dev.weft.engine.config.Authorization.Policy;
import dev.weft.engine.config.Authorization.Rules;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A policy that denies what meets a condition, and one that allows only what does not. */
final class Policies {

  private static final Peer PEER =
      new Peer(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000),
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080));

  private final Authorizer deny;
  private final Authorizer allow;

  Policies(Condition refused) {
    deny = authorizer(Action.DENY, refused);
    allow = authorizer(Action.ALLOW, new Condition.Not(refused));
  }

  private static Authorizer authorizer(Action action, Condition permission) {
    Policy policy = new Policy("policy", List.of(permission), List.of(new Condition.Any()));
    Rules rules = new Rules(action, List.of(policy));
    return Authorizer.compile(
        new Authorization(List.of(new Filter(rules, null))), null, () -> Instant.EPOCH);
  }

  /** Whether both keep it out. */
  boolean refuse(String target, String authority, List<Map.Entry<String, String>> headers) {
    return !passes(deny, target, authority, headers) && !passes(allow, target, authority, headers);
  }

  private static boolean passes(
      Authorizer authorizer,
      String target,
      String authority,
      List<Map.Entry<String, String>> headers) {
    RequestHead head =
        new RequestHead("fuzz", "GET", "http", authority, target, Headers.of(headers));
    Decision decision =
        authorizer.decide(new Arrived(head, PEER, null, null), (what, policy) -> {});
    return decision.kind() == Decision.Kind.PASS;
  }
}
