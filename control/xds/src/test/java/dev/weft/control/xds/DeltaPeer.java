package dev.weft.control.xds;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.weft.control.xds.resource.ResourceType;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client of the incremental variant that says what the test tells it to say. */
final class DeltaPeer implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 10;

  final BlockingQueue<DeltaDiscoveryResponse> responses = new LinkedBlockingQueue<>();
  final Map<String, String> versions = new ConcurrentHashMap<>();
  final CompletableFuture<@Nullable Throwable> ended = new CompletableFuture<>();
  private final StreamObserver<DeltaDiscoveryRequest> requests;
  private final Node node;
  private boolean first = true;
  private boolean closed;
  private volatile boolean acknowledges = true;

  private DeltaPeer(Channel channel, Node node) {
    this.node = node;
    this.requests =
        AggregatedDiscoveryServiceGrpc.newStub(channel)
            .deltaAggregatedResources(
                new StreamObserver<>() {
                  @Override
                  public void onNext(DeltaDiscoveryResponse response) {
                    received(response);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    ended.complete(failure);
                  }

                  @Override
                  public void onCompleted() {
                    ended.complete(null);
                  }
                });
  }

  /** An agent of the namespace {@code default}. */
  static DeltaPeer weft(Channel channel) {
    return new DeltaPeer(channel, weftNode("default"));
  }

  static Node weftNode(String namespace) {
    return Node.newBuilder()
        .setId("weft~127.0.0.1~client." + namespace + "~" + namespace + ".svc.cluster.local")
        .setMetadata(
            Struct.newBuilder()
                .putFields("WEFT_VERSION", text("test"))
                .putFields("NAMESPACE", text(namespace)))
        .build();
  }

  static DeltaPeer as(Channel channel, Node node) {
    return new DeltaPeer(channel, node);
  }

  static Value text(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }

  /** From now on the test answers by itself, or not at all. */
  DeltaPeer silent() {
    acknowledges = false;
    return this;
  }

  private void received(DeltaDiscoveryResponse response) {
    for (Resource resource : response.getResourcesList()) {
      versions.put(response.getTypeUrl() + "|" + resource.getName(), resource.getVersion());
    }
    response
        .getRemovedResourcesList()
        .forEach(name -> versions.remove(response.getTypeUrl() + "|" + name));
    if (acknowledges) {
      acknowledge(response);
    }
    responses.add(response);
  }

  void acknowledge(DeltaDiscoveryResponse response) {
    send(
        ResourceType.of(response.getTypeUrl()).orElseThrow(),
        it -> it.setResponseNonce(response.getNonce()));
  }

  void refuse(DeltaDiscoveryResponse response, String reason) {
    send(
        ResourceType.of(response.getTypeUrl()).orElseThrow(),
        it -> it.setResponseNonce(response.getNonce()).getErrorDetailBuilder().setMessage(reason));
  }

  DeltaPeer subscribe(ResourceType type, String... names) {
    send(type, it -> it.addAllResourceNamesSubscribe(List.of(names)));
    return this;
  }

  DeltaPeer unsubscribe(ResourceType type, String... names) {
    send(type, it -> it.addAllResourceNamesUnsubscribe(List.of(names)));
    return this;
  }

  synchronized void send(ResourceType type, Consumer<DeltaDiscoveryRequest.Builder> content) {
    if (closed) {
      return;
    }
    DeltaDiscoveryRequest.Builder request =
        DeltaDiscoveryRequest.newBuilder().setTypeUrl(type.url());
    if (first) {
      request.setNode(node);
      first = false;
    }
    content.accept(request);
    requests.onNext(request.build());
  }

  DeltaDiscoveryResponse next() throws InterruptedException {
    DeltaDiscoveryResponse response = responses.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(response).as("a response, not: %s", ended.getNow(null)).isNotNull();
    return response;
  }

  /** The next response, which must be of this type. */
  DeltaDiscoveryResponse next(ResourceType type) throws InterruptedException {
    DeltaDiscoveryResponse response = next();
    assertThat(response.getTypeUrl()).isEqualTo(type.url());
    return response;
  }

  /** Nothing is under way: a question that must be answered is answered, and nothing before it. */
  void expectNothing() throws InterruptedException {
    subscribe(ResourceType.HOSTS, "no-such-namespace-" + System.nanoTime());
    assertThat(next().getTypeUrl()).isEqualTo(ResourceType.HOSTS.url());
  }

  static List<String> names(DeltaDiscoveryResponse response) {
    return response.getResourcesList().stream().map(Resource::getName).toList();
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      requests.onCompleted();
    }
  }
}
