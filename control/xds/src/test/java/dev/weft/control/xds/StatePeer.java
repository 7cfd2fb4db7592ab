package dev.weft.control.xds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.xds.resource.ResourceType;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client of the state-of-the-world variant that says only what the test tells it to say. */
final class StatePeer implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 10;

  final BlockingQueue<DiscoveryResponse> responses = new LinkedBlockingQueue<>();
  final CompletableFuture<@Nullable Throwable> ended = new CompletableFuture<>();
  private final StreamObserver<DiscoveryRequest> requests;
  private @Nullable Node node;

  StatePeer(Channel channel, Node node) {
    this.node = node;
    this.requests =
        AggregatedDiscoveryServiceGrpc.newStub(channel)
            .streamAggregatedResources(
                new StreamObserver<>() {
                  @Override
                  public void onNext(DiscoveryResponse response) {
                    responses.add(response);
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

  static StatePeer grpc(Channel channel) {
    return new StatePeer(
        channel, Node.newBuilder().setId("n").setUserAgentName("gRPC Java").build());
  }

  static StatePeer envoy(Channel channel) {
    return new StatePeer(channel, Node.newBuilder().setId("n").setUserAgentName("envoy").build());
  }

  StatePeer want(ResourceType type, String... names) {
    return send(type, it -> it.addAllResourceNames(List.of(names)));
  }

  /** Takes the response, and wants these names from now on. */
  StatePeer take(DiscoveryResponse response, String... names) {
    return send(
        ResourceType.of(response.getTypeUrl()).orElseThrow(),
        it ->
            it.setResponseNonce(response.getNonce())
                .setVersionInfo(response.getVersionInfo())
                .addAllResourceNames(List.of(names)));
  }

  StatePeer refuse(DiscoveryResponse response, String... names) {
    return send(
        ResourceType.of(response.getTypeUrl()).orElseThrow(),
        it ->
            it.setResponseNonce(response.getNonce())
                .addAllResourceNames(List.of(names))
                .getErrorDetailBuilder()
                .setMessage("no thanks"));
  }

  StatePeer send(ResourceType type, Consumer<DiscoveryRequest.Builder> content) {
    DiscoveryRequest.Builder request = DiscoveryRequest.newBuilder().setTypeUrl(type.url());
    if (node != null) {
      request.setNode(node);
      node = null;
    }
    content.accept(request);
    requests.onNext(request.build());
    return this;
  }

  DiscoveryResponse next(ResourceType type) throws InterruptedException {
    DiscoveryResponse response = responses.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(response).as("a response, not: %s", ended.getNow(null)).isNotNull();
    assertThat(response.getTypeUrl()).isEqualTo(type.url());
    return response;
  }

  @Override
  public void close() {
    requests.onCompleted();
  }
}
