package dev.weft.engine.wire;

import dev.weft.bridge.Connection;
import dev.weft.bridge.Peer;
import dev.weft.engine.authz.Authorizer;
import dev.weft.engine.authz.Connected;
import dev.weft.engine.authz.Decision;
import dev.weft.engine.telemetry.Audit;
import dev.weft.engine.telemetry.ConnectionReport;
import org.jspecify.annotations.Nullable;

/** The policies in force, for connections of which nobody asks about requests. */
public final class ConnectionPolicies {

  private final Authorizer authorizer;
  private final Audit audit;

  public ConnectionPolicies(Authorizer authorizer, Audit audit) {
    this.authorizer = authorizer;
    this.audit = audit;
  }

  @SuppressWarnings("ReferenceEquality") // an authorizer stays while its configuration does
  boolean areSame(ConnectionPolicies other) {
    return authorizer == other.authorizer;
  }

  /**
   * Why it may not be; null: it may.
   *
   * @param opens whether it begins just now, and those that watch are told of it
   */
  @Nullable String forbid(Link link, boolean opens) {
    if (authorizer.admitsEverything()) {
      return null;
    }
    Connection connection = link.connection();
    ConnectionReport report =
        new ConnectionReport(link.principal(), connection.local(), connection.remote());
    Decision decision =
        authorizer
            .connections()
            .decide(
                new Connected(
                    new Peer(connection.remote(), connection.local()),
                    link.principal(),
                    link.serverName()),
                (what, policy) -> {
                  if (opens) {
                    audit.told(what, policy, report);
                  }
                });
    if (decision.passes()) {
      return null;
    }
    audit.told(Audit.What.DENIED, decision.policy(), report);
    return decision.policy().isEmpty()
        ? "authorization: no policy allows this connection"
        : "authorization: denied by " + decision.policy();
  }
}
