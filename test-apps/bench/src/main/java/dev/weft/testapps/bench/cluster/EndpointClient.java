package dev.weft.testapps.bench.cluster;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.TimeUnit;

/** A client over a connection of its own that wants one cluster's endpoints. */
final class EndpointClient implements StreamObserver<DeltaDiscoveryResponse>, AutoCloseable {

  private static final String TYPE =
      "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";

  private final ManagedChannel channel;
  private final StreamObserver<DeltaDiscoveryRequest> requests;
  private int endpoints = -1;
  private long told;

  EndpointClient(int port, int number, String cluster) {
    channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    requests = AggregatedDiscoveryServiceGrpc.newStub(channel).deltaAggregatedResources(this);
    requests.onNext(
        DeltaDiscoveryRequest.newBuilder()
            .setNode(
                Node.newBuilder()
                    .setId(
                        "sidecar~10.200.0.1~client-" + number + ".shop-0~shop-0.svc.cluster.local"))
            .setTypeUrl(TYPE)
            .addResourceNamesSubscribe(cluster)
            .build());
  }

  @Override
  public void onNext(DeltaDiscoveryResponse response) {
    long now = System.nanoTime();
    try {
      for (Resource resource : response.getResourcesList()) {
        ClusterLoadAssignment assignment =
            resource.getResource().unpack(ClusterLoadAssignment.class);
        int count = 0;
        for (var locality : assignment.getEndpointsList()) {
          count += locality.getLbEndpointsCount();
        }
        tell(count, now);
      }
    } catch (java.io.IOException e) {
      throw new IllegalStateException("endpoints that cannot be read", e);
    }
    requests.onNext(
        DeltaDiscoveryRequest.newBuilder()
            .setTypeUrl(TYPE)
            .setResponseNonce(response.getNonce())
            .build());
  }

  private synchronized void tell(int count, long now) {
    endpoints = count;
    told = now;
    notifyAll();
  }

  /** When it was told of so many endpoints. */
  synchronized long awaitEndpoints(int count) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (endpoints != count) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        throw new IllegalStateException(endpoints + " endpoints (expected: " + count + ")");
      }
      wait(left);
    }
    return told;
  }

  @Override
  public void onError(Throwable failure) {
    tell(Integer.MIN_VALUE, System.nanoTime());
  }

  @Override
  public void onCompleted() {
    tell(Integer.MIN_VALUE, System.nanoTime());
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
