package dev.weft.xds;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import dev.weft.control.api.v1.AgentMessage;
import dev.weft.control.api.v1.Authorization;
import dev.weft.control.api.v1.ControlMessage;
import dev.weft.control.api.v1.WorkloadServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A control service on grpc-java that does nothing but what the test says. */
final class ScriptedControl implements AutoCloseable {

  static final String TYPES = "type.googleapis.com/";
  static final String HOSTS = TYPES + "weft.control.v1.HostTable";
  static final String TRUST = TYPES + "weft.control.v1.TrustBundle";
  static final String IDENTITIES = TYPES + "weft.control.v1.IdentityEndpoints";
  static final String INBOUND = TYPES + "weft.control.v1.InboundSecurity";
  static final String AUTHORIZATION = TYPES + "weft.control.v1.Authorization";
  static final String INBOUND_HTTP =
      TYPES + "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
  static final String LISTENERS = TYPES + "envoy.config.listener.v3.Listener";
  static final String ROUTES = TYPES + "envoy.config.route.v3.RouteConfiguration";
  static final String CLUSTERS = TYPES + "envoy.config.cluster.v3.Cluster";
  static final String ENDPOINTS = TYPES + "envoy.config.endpoint.v3.ClusterLoadAssignment";

  final BlockingQueue<DeltaDiscoveryRequest> requests = new LinkedBlockingQueue<>();
  final BlockingQueue<DiscoveryRequest> worldRequests = new LinkedBlockingQueue<>();

  /** Every agent asks what holds for what arrives there, beside what a test is about. */
  final BlockingQueue<DeltaDiscoveryRequest> ofArriving = new LinkedBlockingQueue<>();

  /** And who may ask what of it: everybody anything, unless the test says otherwise. */
  final BlockingQueue<DeltaDiscoveryRequest> ofAuthorization = new LinkedBlockingQueue<>();

  /** And whoever has an identity asks whom the mesh believes. */
  final BlockingQueue<DeltaDiscoveryRequest> ofTrust = new LinkedBlockingQueue<>();

  final BlockingQueue<AgentMessage> agents = new LinkedBlockingQueue<>();

  private final Server server;
  private final AtomicInteger nonces = new AtomicInteger();
  private volatile boolean deltaUnknown;
  private volatile boolean authorizes = true;
  private volatile @Nullable StreamObserver<DeltaDiscoveryResponse> delta;
  private volatile @Nullable StreamObserver<DiscoveryResponse> world;
  private volatile @Nullable StreamObserver<ControlMessage> workload;

  ScriptedControl() throws IOException {
    this(0);
  }

  /** On a port that another one has left. */
  ScriptedControl(int port) throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .permitKeepAliveTime(1, TimeUnit.MILLISECONDS)
            .addService(new Ads())
            .addService(new Workloads())
            .build()
            .start();
  }

  int port() {
    return server.getPort();
  }

  /** Answers the incremental protocol as a control service that does not have it. */
  ScriptedControl withoutDelta() {
    deltaUnknown = true;
    return this;
  }

  /** Leaves the answer to who may ask what to the test. */
  ScriptedControl withoutAuthorization() {
    authorizes = false;
    return this;
  }

  /** The next request of this type; fails after a while. */
  DeltaDiscoveryRequest next(String type) throws InterruptedException {
    DeltaDiscoveryRequest request = requests.poll(20, TimeUnit.SECONDS);
    if (request == null || !request.getTypeUrl().equals(type)) {
      throw new AssertionError("wanted a request of " + type + ", got: " + request);
    }
    return request;
  }

  /** The next request of this type in the other protocol. */
  DiscoveryRequest nextOfWorld(String type) throws InterruptedException {
    DiscoveryRequest request = worldRequests.poll(20, TimeUnit.SECONDS);
    if (request == null || !request.getTypeUrl().equals(type)) {
      throw new AssertionError("wanted a request of " + type + ", got: " + request);
    }
    return request;
  }

  AgentMessage nextOfAgent() throws InterruptedException {
    return Objects.requireNonNull(agents.poll(20, TimeUnit.SECONDS), "nothing from the agent");
  }

  void tell(ControlMessage message) {
    Objects.requireNonNull(workload).onNext(message);
  }

  static Resource resource(String name, String version, Message message) {
    return Resource.newBuilder()
        .setName(name)
        .setVersion(version)
        .setResource(Any.pack(message))
        .build();
  }

  /** Sends an answer; the nonce that it carries. */
  String send(String type, Resource... resources) {
    return send(type, List.of(resources), List.of());
  }

  synchronized String send(String type, List<Resource> resources, List<String> removed) {
    String nonce = "n" + nonces.incrementAndGet();
    Objects.requireNonNull(delta)
        .onNext(
            DeltaDiscoveryResponse.newBuilder()
                .setTypeUrl(type)
                .setNonce(nonce)
                .addAllResources(resources)
                .addAllRemovedResources(removed)
                .build());
    return nonce;
  }

  synchronized String sendWorld(String type, String version, Message... resources) {
    String nonce = "w" + nonces.incrementAndGet();
    DiscoveryResponse.Builder response =
        DiscoveryResponse.newBuilder().setTypeUrl(type).setNonce(nonce).setVersionInfo(version);
    for (Message resource : resources) {
      response.addResources(Any.pack(resource));
    }
    Objects.requireNonNull(world).onNext(response.build());
    return nonce;
  }

  /** Sends a message whose first field has another type. */
  synchronized void sendOther() {
    Objects.requireNonNull(delta)
        .onNext(
            DeltaDiscoveryResponse.newBuilder()
                .setUnknownFields(
                    com.google.protobuf.UnknownFieldSet.newBuilder()
                        .addField(
                            1,
                            com.google.protobuf.UnknownFieldSet.Field.newBuilder()
                                .addVarint(1)
                                .build())
                        .build())
                .build());
  }

  /** Ends the stream, not the connection. */
  synchronized void endStream(Status status) {
    Objects.requireNonNull(delta).onError(status.asRuntimeException());
  }

  @Override
  public void close() throws InterruptedException {
    server.shutdownNow().awaitTermination();
  }

  private final class Ads
      extends AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceImplBase {

    @Override
    public StreamObserver<DeltaDiscoveryRequest> deltaAggregatedResources(
        StreamObserver<DeltaDiscoveryResponse> responses) {
      if (deltaUnknown) {
        responses.onError(Status.UNIMPLEMENTED.asRuntimeException());
        return new Recorder<>(request -> {});
      }
      delta = responses;
      return new Recorder<>(
          request -> {
            switch (request.getTypeUrl()) {
              case INBOUND_HTTP -> ofArriving.add(request);
              case TRUST -> ofTrust.add(request);
              case AUTHORIZATION -> authorize(request);
              default -> requests.add(request);
            }
          });
    }

    @Override
    public StreamObserver<DiscoveryRequest> streamAggregatedResources(
        StreamObserver<DiscoveryResponse> responses) {
      world = responses;
      return new Recorder<>(
          request -> {
            switch (request.getTypeUrl()) {
              case INBOUND_HTTP, TRUST -> {
                // Of no interest to any test of this protocol.
              }
              case AUTHORIZATION -> {
                if (request.getResponseNonce().isEmpty()) {
                  sendWorld(AUTHORIZATION, "0", Authorization.getDefaultInstance());
                }
              }
              default -> worldRequests.add(request);
            }
          });
    }

    private void authorize(DeltaDiscoveryRequest request) {
      ofAuthorization.add(request);
      if (authorizes && request.getResponseNonce().isEmpty()) {
        send(
            AUTHORIZATION,
            resource(
                request.getResourceNamesSubscribe(0), "0", Authorization.getDefaultInstance()));
      }
    }
  }

  private final class Workloads extends WorkloadServiceGrpc.WorkloadServiceImplBase {
    @Override
    public StreamObserver<AgentMessage> connect(StreamObserver<ControlMessage> responses) {
      workload = responses;
      return new Recorder<>(agents::add);
    }
  }

  private record Recorder<T>(Consumer<T> taker) implements StreamObserver<T> {
    @Override
    public void onNext(T value) {
      taker.accept(value);
    }

    @Override
    public void onError(Throwable failure) {
      // The client has gone: the tests look at what it does, not at how it leaves.
    }

    @Override
    public void onCompleted() {
      // Likewise.
    }
  }
}
