package dev.weft.control.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.kubernetes.SliceFacts.Place;
import dev.weft.control.model.Listener;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.Principal;
import dev.weft.control.model.Protocol;
import dev.weft.control.model.ServiceName;
import dev.weft.control.model.SpiffeId;
import dev.weft.control.model.Workload;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlacementsTest {

  private static final String REVIEWS = "spiffe://cluster.local/ns/shop/sa/reviews";

  private final Placements placements = new Placements("cluster.local");

  private static PodFacts pod(String name, String account, String address, String... labels) {
    Map<String, String> all = labels.length == 0 ? Map.of() : Map.of(labels[0], labels[1]);
    return new PodFacts("shop", name, "reviews", account, all, List.of(address), Set.of(9080));
  }

  private static SliceFacts slice(String service, Place... ready) {
    return new SliceFacts("shop", service, Map.of("http", 9080), List.of(ready));
  }

  private static Workload agent(String address, Principal principal) {
    return Workload.registered(
            "i-" + address,
            new ServiceName("anything", new Namespace("shop")),
            Map.of("app", "made-up"),
            address,
            List.of(new Listener(1, Protocol.HTTP, "tomcat")))
        .withPrincipal(principal);
  }

  private static Principal placed(String id) {
    return Principal.placed(SpiffeId.parse(id));
  }

  @Test
  void aLabelOfThePodOrElseOfItsNamespaceSwitchesItOff() {
    String mode = "security.istio.io/tlsMode";
    Principal known = placed(REVIEWS);
    for (boolean namespaceIsOff : List.of(true, false)) {
      List<Workload> all =
          placements.of(
              List.of(
                  pod("a", "reviews", "10.0.0.1", mode, "istio"),
                  pod("b", "reviews", "10.0.0.2", Workload.ENABLED, "false"),
                  pod("c", "reviews", "10.0.0.3", Workload.ENABLED, "true"),
                  pod("d", "reviews", "10.0.0.4")),
              List.of(),
              List.of(agent("10.0.0.2", known), agent("10.0.0.3", known), agent("10.0.0.4", known)),
              namespaceIsOff ? Set.of("shop") : Set.of("elsewhere"));
      assertThat(all)
          .extracting(Workload::isOff)
          .containsExactly(namespaceIsOff, true, false, namespaceIsOff);
      // Nothing is expected of one that is off, even if its agent is there.
      assertThat(all)
          .extracting(it -> it.identity() == null)
          .isEqualTo(all.stream().map(Workload::isOff).toList());
      assertThat(all).extracting(Workload::serviceAccount).containsOnly("reviews");
    }
  }

  @Test
  void aPodServesWhatItsSlicesSay() {
    Workload one =
        placements
            .of(
                List.of(pod("reviews-1", "reviews", "10.0.0.1", "app", "reviews")),
                List.of(
                    slice("reviews", new Place("10.0.0.1", "reviews-1", "a")),
                    slice("all", new Place("10.0.0.1", "reviews-1", "a"))),
                List.of())
            .get(0);
    assertThat(one.placements()).containsOnlyKeys("reviews", "all");
    assertThat(one.labels()).containsEntry("app", "reviews");
    assertThat(one.locality().zone()).isEqualTo("a");
    assertThat(one.identity()).isNull();
  }

  @Test
  void anAgentInAPodProvesThePodsIdentityAndSaysNothingElse() {
    Workload one =
        placements
            .of(
                List.of(pod("reviews-1", "reviews", "10.0.0.1", "app", "reviews")),
                List.of(),
                List.of(agent("10.0.0.1", placed(REVIEWS))))
            .get(0);
    assertThat(one.identity()).hasToString(REVIEWS);
    assertThat(one.labels()).containsOnly(Map.entry("app", "reviews"));
    assertThat(one.listeners()).extracting(Listener::port).containsExactly(9080);
    assertThat(one.placements()).isEmpty();
  }

  @Test
  void anAgentIsNotBelievedThatItIsAnothersPod() {
    List<Workload> all =
        placements.of(
            List.of(pod("ratings-1", "ratings", "10.0.0.2")),
            List.of(),
            List.of(agent("10.0.0.2", placed(REVIEWS)), agent("10.0.0.9", placed(REVIEWS))));
    assertThat(all).extracting(Workload::id).containsExactly("shop/ratings-1@10.0.0.2");
    assertThat(all.get(0).identity()).isNull();
  }

  @Test
  void podsOfOneNodesNetworkAreToldApartByName() {
    List<Workload> all =
        placements.of(
            List.of(pod("a", "reviews", "10.0.0.1"), pod("b", "ratings", "10.0.0.1")),
            List.of(slice("reviews", new Place("10.0.0.1", "a", ""))),
            List.of());
    assertThat(all).hasSize(2);
    assertThat(all.get(0).placements()).containsKey("reviews");
    assertThat(all.get(1).placements()).isEmpty();
  }

  @Test
  void aPodThatSaysItIsMeshedIsSpokenToAsItself() {
    Workload one =
        placements
            .of(
                List.of(pod("r", "reviews", "10.0.0.1", "security.istio.io/tlsMode", "istio")),
                List.of(),
                List.of())
            .get(0);
    assertThat(one.identity()).hasToString(REVIEWS);
  }

  @Test
  void aSliceOutlivesNoPod() {
    assertThat(
            placements.of(
                List.of(), List.of(slice("reviews", new Place("10.0.0.1", "gone", ""))), List.of()))
        .isEmpty();
    Workload outside =
        placements
            .of(List.of(), List.of(slice("db", new Place("192.0.2.1", null, ""))), List.of())
            .get(0);
    assertThat(outside.placements()).containsOnlyKeys("db");
    assertThat(outside.identity()).isNull();
  }

  @Test
  void whoeverJoinedByATokenOfTheMeshStaysAsItIs() {
    Workload machine =
        agent("192.0.2.7", new Principal(SpiffeId.parse(REVIEWS), Set.of("reviews")));
    assertThat(placements.of(List.of(), List.of(), List.of(machine))).containsExactly(machine);
  }
}
