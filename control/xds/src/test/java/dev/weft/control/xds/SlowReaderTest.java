package dev.weft.control.xds;

import static dev.weft.control.xds.resource.ResourceType.LISTENER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.xds.resource.ResourceType;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A client that stops reading: the server stops writing, and neither keeps nor loses anything. */
class SlowReaderTest {

  private static final int SERVICES = 1500;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Reads when it is told to; acknowledges what it has read. */
  private static final class Reader
      implements ClientResponseObserver<DeltaDiscoveryRequest, DeltaDiscoveryResponse> {

    final Set<String> read = ConcurrentHashMap.newKeySet();
    final AtomicBoolean reading = new AtomicBoolean();
    private ClientCallStreamObserver<DeltaDiscoveryRequest> requests;

    @Override
    public void beforeStart(ClientCallStreamObserver<DeltaDiscoveryRequest> call) {
      requests = call;
      call.disableAutoRequestWithInitial(0);
    }

    void read() {
      reading.set(true);
      requests.request(1);
    }

    @Override
    public void onNext(DeltaDiscoveryResponse response) {
      DeltaPeer.names(response).forEach(name -> read.add(response.getTypeUrl() + "|" + name));
      requests.onNext(
          DeltaDiscoveryRequest.newBuilder()
              .setTypeUrl(response.getTypeUrl())
              .setResponseNonce(response.getNonce())
              .build());
      requests.request(1);
    }

    @Override
    public void onError(Throwable failure) {
      reading.set(false);
    }

    @Override
    public void onCompleted() {
      reading.set(false);
    }
  }

  @Test
  void whatIsNotReadIsNotSent() throws Exception {
    Models models = new Models();
    models.startAll("s", SERVICES);
    try (AdsServer ads = new AdsServer(models, Pacing.NONE, Pacing.NONE, () -> null)) {
      Server server = serve(ads);
      ManagedChannel channel =
          NettyChannelBuilder.forAddress(server.getListenSockets().get(0))
              .flowControlWindow(64 * 1024)
              .usePlaintext()
              .build();
      try {
        Reader reader = subscribe(channel);
        Awaitility.await().atMost(PATIENCE).until(() -> ads.counters().bytes() > 0);
        long sent = ads.counters().bytes();
        for (int i = 0; i < 15; i++) {
          models.start("s" + i, "v2", 70);
          var wanted = models.current();
          Awaitility.await().atMost(PATIENCE).until(() -> ads.isPublished(wanted));
        }
        // Only what was under way before: one response of one type, of bounded size.
        assertThat(ads.counters().bytes()).isEqualTo(sent).isLessThan(Limits.RESPONSE_BYTES * 2L);
        assertThat(ads.clients().get(0).sync()).isEqualTo(ClientStatus.Sync.STALE);

        reader.read();
        Set<String> all = new HashSet<>();
        for (int i = 0; i < SERVICES; i++) {
          all.add(LISTENER.url() + "|s" + i + ":80");
          all.add(
              ResourceType.ENDPOINTS.url() + "|outbound|80||s" + i + ".default.svc.cluster.local");
        }
        Awaitility.await().atMost(PATIENCE).until(() -> reader.read.containsAll(all));
        Awaitility.await()
            .atMost(PATIENCE)
            .until(() -> ads.clients().get(0).sync() == ClientStatus.Sync.SYNCED);
      } finally {
        channel.shutdownNow();
        server.shutdownNow();
      }
    }
  }

  private static Server serve(AdsServer ads) throws IOException {
    return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .addService(ads.service())
        .build()
        .start();
  }

  private static Reader subscribe(ManagedChannel channel) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < SERVICES; i++) {
      names.add("s" + i + ":80");
    }
    Reader reader = new Reader();
    AggregatedDiscoveryServiceGrpc.newStub(channel)
        .deltaAggregatedResources(reader)
        .onNext(
            DeltaDiscoveryRequest.newBuilder()
                .setNode(DeltaPeer.weftNode("default"))
                .setTypeUrl(LISTENER.url())
                .addAllResourceNamesSubscribe(names)
                .build());
    return reader;
  }
}
