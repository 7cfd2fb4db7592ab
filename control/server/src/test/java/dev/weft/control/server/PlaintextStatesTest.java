package dev.weft.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.model.Listener;
import dev.weft.control.model.Locality;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.Principal;
import dev.weft.control.model.Protocol;
import dev.weft.control.model.ServiceName;
import dev.weft.control.model.SpiffeId;
import dev.weft.control.model.Workload;
import dev.weft.control.server.status.Status.CallerState;
import dev.weft.control.server.status.Status.PlaintextCaller;
import dev.weft.control.server.status.Status.PlaintextState;
import dev.weft.control.server.status.Status.PlaintextUnknown;
import dev.weft.control.source.registry.RegisteredPort;
import dev.weft.control.source.registry.Registration;
import dev.weft.control.source.registry.WorkloadStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PlaintextStatesTest {

  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final Namespace SHOP = new Namespace("shop");
  private static final SpiffeId CART = SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/cart");

  private MeshModel model = MeshModel.EMPTY;

  private PlaintextStates states(Workload... workloads) {
    model =
        new MeshModel(
            MeshSettings.DEFAULT,
            new MeshModel.Content(
                List.of(),
                List.of(workloads),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of()),
            List.of());
    AddressBook book = new AddressBook(() -> NOW);
    book.updated(model);
    return new PlaintextStates(book, NOW);
  }

  /** A pod, of the mesh where it has an identity. */
  private static Workload pod(String name, String address, @Nullable SpiffeId identity) {
    return new Workload(
        "shop/" + name + "-1@" + address,
        name,
        SHOP,
        Map.of("app", name),
        address,
        List.of(new Listener(8080, Protocol.UNDECLARED, "")),
        Map.of(),
        "legacy-account",
        Locality.UNKNOWN,
        1,
        Workload.Origin.PLACED,
        identity == null ? null : Principal.placed(identity));
  }

  private static WorkloadStatus cart(
      boolean connected,
      @Nullable SpiffeId identity,
      Registration.@Nullable Plaintext plaintext,
      RegisteredPort... ports) {
    return new WorkloadStatus(
        new Registration(
            "i",
            new ServiceName("cart", SHOP),
            Map.of(),
            "10.0.0.1",
            new Registration.Jvm("0.1", "17", 1, ""),
            List.of(ports),
            List.of(),
            Registration.Unmeshed.NONE,
            plaintext,
            identity == null ? null : new Principal(identity, Set.of("cart"))),
        connected,
        NOW,
        List.of(),
        Optional.empty());
  }

  private static final RegisteredPort PORT = new RegisteredPort(8080, "10.0.0.1", "", "tomcat");

  private static Registration.Plaintext calledBy(String address, long open, Instant last) {
    return new Registration.Plaintext(
        NOW.minusSeconds(60),
        List.of(new Registration.PlaintextCaller(address, 8080, false, 3, open, last)),
        2);
  }

  private static PlaintextCaller only(@Nullable PlaintextState state) {
    return Objects.requireNonNull(state).callers().get(0);
  }

  @Test
  void aCallerIsNamedByWhatThePlatformSaysOfIt() {
    PlaintextState said =
        states(pod("legacy", "10.0.0.7", null))
            .of(cart(true, CART, calledBy("10.0.0.7", 0, NOW.minusSeconds(5)), PORT));
    assertThat(said)
        .isEqualTo(
            new PlaintextState(
                NOW.minusSeconds(60).toString(),
                List.of(
                    new PlaintextCaller(
                        "10.0.0.7",
                        List.of(
                            new CallerState(
                                "legacy",
                                "shop",
                                "shop/legacy-1@10.0.0.7",
                                Map.of("app", "legacy"),
                                "legacy-account",
                                null)),
                        8080,
                        false,
                        3,
                        0,
                        NOW.minusSeconds(5).toString())),
                2));
  }

  @Test
  void whoRegisteredWithoutProofHasNoAccountAndWhoIsMeshedHasAnIdentity() {
    Workload registered =
        Workload.registered("i2", new ServiceName("web", SHOP), Map.of(), "10.0.0.8", List.of());
    PlaintextStates states = states(registered, pod("orders", "10.0.0.9", CART));
    CallerState web =
        only(states.of(cart(true, CART, calledBy("10.0.0.8", 0, NOW), PORT))).workloads().get(0);
    assertThat(web.serviceAccount()).isNull();
    CallerState orders =
        only(states.of(cart(true, CART, calledBy("10.0.0.9", 0, NOW), PORT))).workloads().get(0);
    assertThat(orders.identity()).isEqualTo(CART.toString());
    assertThat(only(states.of(cart(true, CART, calledBy("192.0.2.1", 0, NOW), PORT))).workloads())
        .isEmpty();
  }

  @Test
  void openConnectionsAreOfNowAndNothingIsLater() {
    PlaintextStates states = states();
    Instant before = NOW.minusSeconds(500);
    Instant after = NOW.plus(Duration.ofMinutes(5));
    assertThat(only(states.of(cart(true, CART, calledBy("10.0.0.7", 1, before), PORT))).lastSeen())
        .isEqualTo(NOW.toString());
    assertThat(only(states.of(cart(false, CART, calledBy("10.0.0.7", 1, before), PORT))).lastSeen())
        .isEqualTo(before.toString());
    assertThat(only(states.of(cart(true, CART, calledBy("10.0.0.7", 0, after), PORT))).lastSeen())
        .isEqualTo(NOW.toString());
  }

  @Test
  void whoDoesNotSayIsNamedWithTheReason() {
    Registration.Plaintext said = calledBy("10.0.0.7", 0, NOW);
    PlaintextStates states = states();
    assertThat(states.unknown(List.of(cart(true, CART, said, PORT)), model)).isEmpty();
    assertThat(states.unknown(List.of(cart(false, CART, null)), model)).isEmpty(); // a client
    assertThat(states.unknown(List.of(cart(false, CART, said, PORT)), model))
        .containsExactly(unknown("cart", "its agent is not connected"));
    assertThat(states.unknown(List.of(cart(true, null, null, PORT)), model))
        .containsExactly(
            unknown("cart", "it has no identity, and can only be called in plaintext"));
    assertThat(states.unknown(List.of(cart(true, CART, null, PORT)), model))
        .containsExactly(unknown("cart", "its agent (0.1) has not said"));
  }

  @Test
  void soIsAMeshedPodWhoseAgentIsRegisteredElsewhere() {
    PlaintextStates states = states(pod("cart", "10.0.0.1", CART), pod("legacy", "10.0.0.7", null));
    assertThat(states.unknown(List.of(), model))
        .containsExactly(unknown("cart", "no agent of it is registered here"));
    Registration.Plaintext said = calledBy("10.0.0.7", 0, NOW);
    assertThat(states.unknown(List.of(cart(true, CART, said, PORT)), model)).isEmpty();
  }

  private static PlaintextUnknown unknown(String name, String reason) {
    return new PlaintextUnknown(name, "shop", "10.0.0.1", reason);
  }
}
