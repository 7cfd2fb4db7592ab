package dev.weft.control.xds;

import static dev.weft.control.xds.resource.ResourceType.ENDPOINTS;
import static dev.weft.control.xds.resource.ResourceType.LISTENER;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A thousand agents, some of which never answer: what a change costs, and what is kept for them.
 */
class ManyStreamsTest {

  private static final int STREAMS = 1000;
  private static final int SERVICES = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Models models = new Models();
  private final List<DeltaPeer> peers = new ArrayList<>();
  private Running running;

  @BeforeEach
  void start() throws IOException {
    for (int i = 0; i < SERVICES; i++) {
      models.start("s" + i, "v1", 1000 + i);
    }
    running = new Running(models);
  }

  @AfterEach
  void stop() {
    running.close();
  }

  private static String[] listeners() {
    String[] names = new String[SERVICES];
    for (int i = 0; i < SERVICES; i++) {
      names[i] = "s" + i + ":" + (1000 + i);
    }
    return names;
  }

  @Test
  void manyChangesAreFewResponsesAndNobodyWaitsForTheDeaf() {
    for (int i = 0; i < STREAMS; i++) {
      DeltaPeer peer = DeltaPeer.weft(running.channel());
      if (i % 10 == 0) {
        peer.silent();
      }
      peers.add(peer.subscribe(LISTENER, listeners()));
    }
    Awaitility.await().atMost(PATIENCE).until(() -> synced() == STREAMS * 9 / 10);
    long before = running.ads.counters().responses(ENDPOINTS);
    int changes = 200;
    for (int i = 0; i < changes; i++) {
      models.start("s" + i % SERVICES, "v" + (i + 2), 1000 + i % SERVICES);
    }
    Awaitility.await().atMost(PATIENCE).until(this::allHaveTheLast);
    long responses = running.ads.counters().responses(ENDPOINTS) - before;
    // Without merging it would be one each: 180,000. The deaf get none at all.
    assertThat(responses).isLessThan(900L * changes);
    assertThat(running.ads.clients())
        .filteredOn(client -> client.sync() != ClientStatus.Sync.SYNCED)
        .hasSize(STREAMS / 10)
        .allSatisfy(
            client ->
                assertThat(client.types())
                    .allSatisfy(type -> assertThat(type.pending()).isLessThanOrEqualTo(SERVICES)));
    System.out.println(
        "1000 streams, " + changes + " changes: " + responses + " responses with endpoints");
  }

  private long synced() {
    return running.ads.clients().stream()
        .filter(client -> client.sync() == ClientStatus.Sync.SYNCED)
        .filter(client -> client.types().stream().anyMatch(it -> it.type() == LISTENER))
        .count();
  }

  private boolean allHaveTheLast() {
    Catalog wanted =
        new Catalog(
            models.current(),
            models.current().view(caller()),
            dev.weft.control.xds.resource.Profile.WEFT,
            null);
    for (int i = 0; i < STREAMS; i++) {
      if (i % 10 == 0) {
        continue;
      }
      for (int service = 0; service < SERVICES; service++) {
        String name =
            "outbound|" + (1000 + service) + "||s" + service + ".default.svc.cluster.local";
        Encoded resource = wanted.get(new ResourceKey(ENDPOINTS, name));
        if (resource == null
            || !resource
                .version()
                .equals(peers.get(i).versions.get(ENDPOINTS.url() + "|" + name))) {
          return false;
        }
      }
    }
    return true;
  }

  private static dev.weft.control.model.Caller caller() {
    return new dev.weft.control.model.Caller(
        new dev.weft.control.model.Namespace("default"), java.util.Map.of());
  }
}
