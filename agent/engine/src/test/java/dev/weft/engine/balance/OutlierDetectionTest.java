package dev.weft.engine.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.engine.config.Cluster.LoadBalancing;
import dev.weft.engine.config.OutlierDetection;
import dev.weft.engine.config.OutlierDetection.Ejection;
import dev.weft.engine.config.OutlierDetection.Threshold;
import dev.weft.engine.config.TrafficPolicy;
import dev.weft.engine.config.TrafficPolicy.Availability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who is ejected, for how long, and when not, as Envoy's DetectorImpl has it. */
class OutlierDetectionTest {

  private static final Threshold OFF = new Threshold(0, 0);
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  private static OutlierDetection detection(
      Threshold responses, Threshold gateway, Threshold local, int mostPercent) {
    return new OutlierDetection(
        responses,
        gateway,
        local,
        !local.equals(OFF),
        INTERVAL,
        new Ejection(Duration.ofSeconds(30), Duration.ofSeconds(300), Duration.ZERO),
        mostPercent,
        false,
        Set.of());
  }

  private static Threshold after(int count) {
    return new Threshold(count, 100);
  }

  private static TrafficPolicy policy(OutlierDetection detection) {
    return Hosts.policy(LoadBalancing.ROUND_ROBIN).withOutliers(detection);
  }

  private static Hosts four(OutlierDetection detection) {
    return new Hosts().upTo(4).under(policy(detection));
  }

  private static void respond(Upstream upstream, int... statuses) {
    for (int status : statuses) {
      upstream.responded(status);
    }
  }

  @Test
  void ejectsAfterFailuresInARow() {
    Hosts hosts = four(detection(after(3), OFF, OFF, 100));
    respond(hosts.host(2), 500, 503, 200, 500, 503);
    assertThat(hosts.picks(40)).containsOnlyKeys(1, 2, 3, 4);
    respond(hosts.host(2), 599);
    assertThat(hosts.picks(40)).containsOnlyKeys(1, 3, 4);
  }

  @Test
  void countsGatewayErrorsApart() {
    Hosts hosts = four(detection(OFF, after(2), OFF, 100));
    respond(hosts.host(1), 500, 500, 500, 503, 500, 504, 501);
    assertThat(hosts.picks(40)).containsOnlyKeys(1, 2, 3, 4);
    respond(hosts.host(1), 502, 504);
    assertThat(hosts.picks(40)).containsOnlyKeys(2, 3, 4);
  }

  @Test
  void localFailuresAreResponsesUnlessTheyAreSplit() {
    Hosts together = four(detection(after(2), OFF, OFF, 100));
    Upstream one = together.host(1);
    one.failed(false);
    one.timedOut();
    assertThat(together.picks(40)).containsOnlyKeys(2, 3, 4);

    Hosts split = four(detection(after(2), OFF, after(3), 100));
    Upstream other = split.host(1);
    other.failed(false);
    other.failed(false);
    other.responded(500);
    other.failed(false);
    other.failed(false);
    assertThat(split.picks(40)).containsOnlyKeys(1, 2, 3, 4);
    other.failed(false);
    assertThat(split.picks(40)).containsOnlyKeys(2, 3, 4);
  }

  @Test
  void comesBackAtTheNextLookAfterItsTime() {
    Hosts hosts = four(detection(after(1), OFF, OFF, 100));
    hosts.advance(Duration.ofSeconds(4));
    respond(hosts.host(1), 500); // at 4 s: over at 34 s, seen at 40 s
    hosts.advance(Duration.ofSeconds(35));
    assertThat(hosts.picks(40)).doesNotContainKey(1);
    hosts.advance(Duration.ofSeconds(1));
    assertThat(hosts.picks(40)).containsKey(1);
  }

  @Test
  void isEjectedLongerEachTimeAndForgivenByAndBy() {
    Hosts hosts = four(detection(after(1), OFF, OFF, 100));
    List<Integer> seconds = new ArrayList<>();
    for (int time = 0; time < 12; time++) {
      seconds.add(secondsOut(hosts));
    }
    assertThat(seconds).containsExactly(30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 300, 300);
    hosts.advance(INTERVAL.multipliedBy(8));
    assertThat(secondsOut(hosts)).isEqualTo(120);
    hosts.advance(INTERVAL.multipliedBy(100));
    assertThat(secondsOut(hosts)).isEqualTo(30);
  }

  private static int secondsOut(Hosts hosts) {
    respond(hosts.host(1), 500);
    int seconds = 0;
    while (!hosts.picks(4).containsKey(1)) {
      hosts.advance(INTERVAL);
      seconds += 10;
    }
    return seconds;
  }

  @Test
  void countersStartAfreshAfterAnEjection() {
    Hosts hosts = four(detection(after(2), after(3), OFF, 100));
    Upstream one = hosts.host(1);
    respond(one, 503, 503);
    hosts.advance(Duration.ofSeconds(30));
    assertThat(hosts.picks(40)).containsKey(1);
    respond(one, 503);
    assertThat(hosts.picks(40)).containsKey(1);
  }

  @Test
  void ejectsNoMoreThanThePercentage() {
    // A real Envoy 1.40 with these settings ejects 0 of 2, 0 of 1, 1 of 10, 2 of 4 and 1 of 4.
    assertThat(ejected(2, 10)).isZero();
    assertThat(ejected(1, 10)).isZero();
    assertThat(ejected(10, 10)).isEqualTo(1);
    assertThat(ejected(4, 50)).isEqualTo(2);
    assertThat(ejected(4, 30)).isEqualTo(1);
  }

  private static int ejected(int size, int percent) {
    Hosts hosts = new Hosts().upTo(size).under(policy(detection(after(1), OFF, OFF, percent)));
    for (int i = 0; i < 50; i++) {
      Upstream picked = hosts.pick();
      assertThat(picked).isNotNull();
      picked.responded(503);
    }
    return size - hosts.picks(50).size();
  }

  @Test
  void otherStatusesCountWhereThatIsSaid() {
    OutlierDetection settings = detection(after(2), after(3), OFF, 100);
    OutlierDetection teapots =
        new OutlierDetection(
            settings.responses(),
            settings.gateway(),
            OFF,
            false,
            INTERVAL,
            settings.ejection(),
            100,
            false,
            Set.of(418, 503));
    Hosts hosts = four(teapots);
    respond(hosts.host(1), 500, 500, 500, 418, 200, 503, 500); // a 500 is as good as a 200
    assertThat(hosts.picks(40)).containsOnlyKeys(1, 2, 3, 4);
    respond(hosts.host(1), 418, 503);
    assertThat(hosts.picks(40)).containsOnlyKeys(2, 3, 4);
    Upstream other = hosts.host(2);
    other.failed(false);
    other.failed(false); // without a response there is no status to choose by
    assertThat(hosts.picks(40)).containsOnlyKeys(3, 4);
  }

  @Test
  void allowsOneWhereThatIsSaid() {
    OutlierDetection settings = detection(after(1), OFF, OFF, 10);
    OutlierDetection one =
        new OutlierDetection(
            settings.responses(),
            OFF,
            OFF,
            false,
            INTERVAL,
            settings.ejection(),
            settings.maxEjectionPercent(),
            true,
            Set.of());
    Hosts hosts = new Hosts().upTo(3).under(policy(one));
    respond(hosts.host(1), 500);
    respond(hosts.host(2), 500);
    assertThat(hosts.picks(40)).containsOnlyKeys(2, 3);
  }

  @Test
  void withoutPanicNobodyIsPickedWhenAllAreEjected() {
    Hosts hosts = four(detection(after(1), OFF, OFF, 100));
    for (int port = 1; port <= 4; port++) {
      respond(hosts.host(port), 500);
    }
    assertThat(hosts.pick()).isNull();
    hosts.advance(Duration.ofSeconds(30));
    assertThat(hosts.picks(40)).containsOnlyKeys(1, 2, 3, 4);
  }

  @Test
  void panicsBelowTheThreshold() {
    TrafficPolicy panicking =
        policy(detection(after(1), OFF, OFF, 100))
            .withAvailability(new Availability(40, 140, false));
    Hosts hosts = new Hosts().upTo(4).under(panicking);
    respond(hosts.host(1), 500);
    respond(hosts.host(2), 500);
    assertThat(hosts.picks(40)).containsOnlyKeys(3, 4);
    respond(hosts.host(3), 500); // 25 % are left: all are picked from
    assertThat(hosts.picks(40)).containsOnlyKeys(1, 2, 3, 4);
  }

  @Test
  void anotherConfigurationKeepsWhoIsEjected() {
    OutlierDetection settings = detection(after(1), OFF, OFF, 100);
    Hosts hosts = four(settings);
    Upstream old = hosts.host(2);
    respond(hosts.host(1), 500);
    hosts.under(policy(settings));
    assertThat(hosts.picks(40)).containsOnlyKeys(2, 3, 4);
    respond(old, 500); // of a call that began before
    assertThat(hosts.picks(40)).containsOnlyKeys(3, 4);
    hosts.under(Hosts.policy(LoadBalancing.ROUND_ROBIN));
    assertThat(hosts.picks(40)).containsOnlyKeys(1, 2, 3, 4);
  }

  @Test
  void aRingGoesRoundTheEjected() {
    Hosts hosts =
        new Hosts()
            .upTo(4)
            .under(
                Hosts.policy(LoadBalancing.RING_HASH)
                    .withOutliers(detection(after(1), OFF, OFF, 100)));
    respond(hosts.host(3), 500);
    assertThat(hosts.picks(400)).containsOnlyKeys(1, 2, 4);
  }
}
