package dev.weft.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Hello;
import dev.weft.bridge.Mesh;
import dev.weft.bridge.Peer;
import dev.weft.engine.FailMode;
import dev.weft.engine.authz.Authorizer;
import dev.weft.engine.config.Authorization;
import dev.weft.engine.config.Authorization.Action;
import dev.weft.engine.config.Authorization.Condition;
import dev.weft.engine.config.Authorization.Filter;
import dev.weft.engine.config.Authorization.Policy;
import dev.weft.engine.config.Authorization.Rules;
import dev.weft.engine.config.ExternalAuthorization;
import dev.weft.engine.config.ExternalAuthorization.Protocol;
import dev.weft.engine.config.IdentityTable;
import dev.weft.engine.config.InboundSecurity;
import dev.weft.engine.config.InboundSecurity.Mode;
import dev.weft.engine.config.RouteMatch.HeaderMatch;
import dev.weft.engine.config.RouteMatch.StringMatch;
import dev.weft.engine.config.Subnet;
import dev.weft.engine.telemetry.Audit;
import dev.weft.engine.telemetry.ConnectionReport;
import dev.weft.engine.telemetry.RequestReport;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Policies at ports where nobody asks about requests. */
class ConnectionPoliciesTest {

  private static final String SHOP = "spiffe://cluster.local/ns/shop/sa/shop";
  private static final String OTHER = "spiffe://cluster.local/ns/other/sa/thief";
  private static final int PORT = 5432;
  private static final int WEB = 8080;
  private static final int UNMESHED = 9000;
  private static final Condition ANY = new Condition.Any();
  private static final Condition IS_SHOP = caller(SHOP);
  private static final Condition GET =
      new Condition.Header(
          new HeaderMatch(":method", new StringMatch.Exact("GET", false), false, false));

  private final List<String> audit = new ArrayList<>();
  private final MeshWire wire = wire(FailMode.OPEN);
  private int clients = 50_000;

  private static MeshWire wire(FailMode mode) {
    MeshWire made =
        new MeshWire(
            new WireSettings(mode, Set.of(UNMESHED), Set.of(), Set.of()),
            (delay, task) -> () -> {},
            () -> 0);
    made.listening(FakeConnection.address(1, PORT), Mesh.TCP);
    made.listening(FakeConnection.address(1, WEB), Mesh.TCP);
    made.listening(FakeConnection.address(1, WEB), "tomcat");
    return made;
  }

  private static Condition caller(String name) {
    return new Condition.Authenticated(new StringMatch.Exact(name, false));
  }

  private static Filter filter(Action action, Condition permission, Condition principal) {
    Policy policy = new Policy("p", List.of(permission), List.of(principal));
    return new Filter(new Rules(action, List.of(policy)), null);
  }

  private void enforce(Filter... filters) {
    enforce(new Authorization(List.of(filters)));
  }

  private void enforce(Authorization config) {
    Authorizer authorizer = Authorizer.compile(config, null, InstantSource.system());
    wire.update(new ConnectionPolicies(authorizer, new Recording()));
  }

  private @Nullable String refusal(int port, @Nullable String principal) {
    return open(port, principal).refusal;
  }

  private FakeConnection open(int port, @Nullable String principal) {
    FakeConnection connection = FakeConnection.inbound(port, clients++, principal);
    wire.opened(connection);
    return connection;
  }

  /** What is told. */
  private final class Recording implements Audit {
    @Override
    public void told(What what, String why, RequestReport request) {
      throw new AssertionError("no request is judged here");
    }

    @Override
    public void told(What what, String policy, ConnectionReport connection) {
      audit.add(what + " " + policy + " " + connection.peerPrincipal());
    }

    @Override
    public void failed(String provider, String reason) {
      throw new AssertionError("nobody is asked here");
    }
  }

  @Test
  void whoIsAllowedConnects() {
    enforce(filter(Action.ALLOW, ANY, IS_SHOP));
    assertThat(refusal(PORT, SHOP)).isNull();
    assertThat(refusal(PORT, OTHER)).isEqualTo("authorization: no policy allows this connection");
    assertThat(refusal(PORT, null)).startsWith("authorization: ");
    assertThat(audit).containsExactly("DENIED  " + OTHER, "DENIED  null");
    assertThat(wire.refusals()).containsEntry("authorization", 2L);
  }

  @Test
  void whoIsDeniedDoesNot() {
    enforce(filter(Action.DENY, ANY, caller(OTHER)));
    assertThat(refusal(PORT, SHOP)).isNull();
    assertThat(refusal(PORT, OTHER)).isEqualTo("authorization: denied by p");
  }

  @Test
  void portsWithRequestsAreLeftToThem() {
    enforce(filter(Action.DENY, ANY, ANY));
    assertThat(refusal(WEB, SHOP)).isNull();
    assertThat(refusal(UNMESHED, null)).isNull();
    assertThat(refusal(PORT, SHOP)).isNotNull();
    wire.listening(FakeConnection.address(1, WEB), Mesh.TCP);
    assertThat(refusal(WEB, SHOP)).as("another server at the same port").isNotNull();
  }

  @Test
  void aConnectionFromBeforeItsServersWordIsLeftToItsRequestsOnceTheyAreAskedAbout() {
    enforce();
    FakeConnection early = open(7777, SHOP);
    FakeConnection idle = open(7777, SHOP);
    wire.listening(early.local, "tomcat");
    assertThat(wire.arrivedBy(new Peer(early.remote, early.local))).isNotNull();
    enforce(filter(Action.DENY, GET, ANY));
    assertThat(early.refusal).isNull();
    assertThat(idle.refusal).isNotNull();
  }

  @Test
  void aPortThatNobodyHasToldOfIsJudged() {
    enforce(filter(Action.DENY, ANY, ANY));
    assertThat(refusal(7777, SHOP)).isNotNull();
  }

  // istiod leaves out what it cannot say of TCP: of ALLOW the rule, of DENY the condition.
  @Test
  void whatIsSaidOfRequestsMakesPoliciesStricter() {
    Condition get = new Condition.All(List.of(GET, new Condition.DestinationPort(PORT)));
    enforce(filter(Action.ALLOW, get, IS_SHOP));
    assertThat(refusal(PORT, SHOP)).isNotNull();
    enforce(filter(Action.DENY, get, IS_SHOP));
    assertThat(refusal(PORT, SHOP)).isNotNull();
    assertThat(refusal(PORT, OTHER)).isNull();
    assertThat(refusal(7777, SHOP)).isNull();
    enforce(filter(Action.DENY, new Condition.Not(GET), IS_SHOP));
    assertThat(refusal(PORT, SHOP)).isNotNull();
  }

  @Test
  void oneOfSeveralRulesMaySpeakOfConnections() {
    enforce(filter(Action.ALLOW, new Condition.OneOf(List.of(GET, ANY)), IS_SHOP));
    assertThat(refusal(PORT, SHOP)).isNull();
  }

  @Test
  void addressesAndServerNamesAreKnown() {
    Subnet clientNet = new Subnet(FakeConnection.address(2, 1).getAddress().getAddress(), 32);
    enforce(filter(Action.DENY, ANY, new Condition.RemoteIp(clientNet)));
    assertThat(refusal(PORT, SHOP)).isNotNull();
    Condition db = new Condition.ServerName(new StringMatch.Exact("db.shop", false));
    enforce(filter(Action.ALLOW, db, ANY));
    assertThat(refusal(PORT, SHOP)).isNotNull();
    Hello hello = new Hello(Hello.Kind.TLS, "db.shop", List.of("weft"));
    FakeConnection named = FakeConnection.inbound(PORT, 1, SHOP).saying(hello);
    wire.opened(named);
    assertThat(named.refusal).isNull();
  }

  @Test
  void connectionsThatAreOpenEndOnceTheyAreForbidden() {
    enforce();
    FakeConnection shop = open(PORT, SHOP);
    FakeConnection other = open(PORT, OTHER);
    FakeConnection web = open(WEB, OTHER);
    enforce(filter(Action.ALLOW, ANY, IS_SHOP));
    assertThat(shop.refusal).isNull();
    assertThat(other.refusal).startsWith("authorization: ");
    assertThat(web.refusal).isNull();
  }

  @Test
  void whatWatchesIsToldOnce() {
    Filter dryRun = new Filter(null, filter(Action.DENY, ANY, IS_SHOP).rules());
    enforce(filter(Action.LOG, ANY, ANY), dryRun);
    assertThat(refusal(PORT, SHOP)).isNull();
    assertThat(audit).containsExactly("AUDITED p " + SHOP, "WOULD_DENY p " + SHOP);
    enforce(filter(Action.LOG, ANY, IS_SHOP), dryRun);
    assertThat(audit).as("of a connection that was open already").hasSize(2);
  }

  @Test
  void nobodyIsAskedAboutConnections() {
    Rules mine = filter(Action.DENY, ANY, IS_SHOP).rules();
    enforce(new Authorization(List.of(provider(mine)), List.of(), List.of()));
    assertThat(refusal(PORT, SHOP)).isEqualTo("authorization: denied by p");
    assertThat(refusal(PORT, OTHER)).isNull();
  }

  private static ExternalAuthorization provider(Rules rules) {
    return new ExternalAuthorization(
        rules, "opa", new Protocol.Grpc(""), Duration.ofSeconds(1), true, 403, false);
  }

  @Test
  void nothingIsLetInBeforeThePoliciesAreKnown() {
    InboundSecurity lax = new InboundSecurity(Mode.PERMISSIVE, Map.of(), Set.of("cluster.local"));
    MeshWire closed = wire(FailMode.CLOSED);
    closed.update(IdentityTable.EMPTY, lax);
    assertThat(closed.isConfigured()).isFalse();
    FakeConnection early = FakeConnection.inbound(PORT, 1, SHOP);
    closed.opened(early);
    assertThat(early.refusal).startsWith("no configuration was received");
    Authorizer none = Authorizer.compile(Authorization.NONE, null, InstantSource.system());
    closed.update(new ConnectionPolicies(none, Audit.NONE));
    assertThat(closed.isConfigured()).isTrue();
    FakeConnection late = FakeConnection.inbound(PORT, 2, SHOP);
    closed.opened(late);
    assertThat(late.refusal).isNull();
  }

  @Test
  void whatCannotBeReadLetsNothingIn() {
    enforce(Authorization.UNREADABLE);
    assertThat(refusal(PORT, SHOP)).isNotNull();
  }
}
