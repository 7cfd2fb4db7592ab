package dev.weft.control.server;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.weft.control.api.v1.AgentMessage;
import dev.weft.control.api.v1.ControlMessage;
import dev.weft.control.api.v1.Hello;
import dev.weft.control.api.v1.Listening;
import dev.weft.control.api.v1.Withdraw;
import dev.weft.control.api.v1.WorkloadServiceGrpc;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;

/** What an agent does on its two streams, over a connection of its own. */
final class TestAgent implements AutoCloseable {

  private static final String LISTENER = "type.googleapis.com/envoy.config.listener.v3.Listener";

  final BlockingQueue<ControlMessage> answers = new LinkedBlockingQueue<>();

  /** {@code <type>|<name>} of everything it holds. */
  final Set<String> holds = ConcurrentHashMap.newKeySet();

  private final ManagedChannel channel;
  private final StreamObserver<AgentMessage> registration;
  private final StreamObserver<DeltaDiscoveryRequest> discovery;

  /** How its two streams ended. */
  final BlockingQueue<Status> ends = new LinkedBlockingQueue<>();

  TestAgent(InetSocketAddress control, String instance, String service, int port) {
    this(NettyChannelBuilder.forAddress(control).usePlaintext().build(), instance, service, port);
  }

  /** The channel is closed with the agent. */
  TestAgent(ManagedChannel channel, String instance, String service, int port) {
    this.channel = channel;
    registration = WorkloadServiceGrpc.newStub(channel).connect(new Answers());
    discovery =
        AggregatedDiscoveryServiceGrpc.newStub(channel).deltaAggregatedResources(new Resources());
    registration.onNext(
        AgentMessage.newBuilder()
            .setHello(
                Hello.newBuilder()
                    .setInstance(instance)
                    .setName(service)
                    .setNamespace("default")
                    .setAddress("127.0.0.1")
                    .putLabels("version", "v1")
                    .setPid(1)
                    .setMetricsAddress("127.0.0.1:15020")
                    .addListening(Listening.newBuilder().setPort(port).setLibrary("tomcat")))
            .build());
    discovery.onNext(
        DeltaDiscoveryRequest.newBuilder()
            .setNode(
                Node.newBuilder()
                    .setId("weft~127.0.0.1~" + instance + ".default~default.svc.cluster.local")
                    .setMetadata(
                        Struct.newBuilder()
                            .putFields(
                                "WEFT_VERSION", Value.newBuilder().setStringValue("test").build())))
            .setTypeUrl("type.googleapis.com/weft.control.v1.HostTable")
            .addResourceNamesSubscribe("default")
            .build());
  }

  void use(String authority) {
    synchronized (discovery) {
      discovery.onNext(
          DeltaDiscoveryRequest.newBuilder()
              .setTypeUrl(LISTENER)
              .addResourceNamesSubscribe(authority)
              .build());
    }
  }

  boolean knows(String authority) {
    return holds.contains(LISTENER + "|" + authority);
  }

  /** Opens another stream over the same connection; how it ends is in {@link #ends}. */
  void callAgain() {
    AggregatedDiscoveryServiceGrpc.newStub(channel).deltaAggregatedResources(new Resources());
  }

  void withdraw() {
    registration.onNext(
        AgentMessage.newBuilder().setWithdraw(Withdraw.getDefaultInstance()).build());
  }

  /** As if the process had been killed. */
  @Override
  public void close() {
    channel.shutdownNow();
  }

  private final class Answers implements StreamObserver<ControlMessage> {
    @Override
    public void onNext(ControlMessage answer) {
      answers.add(answer);
    }

    @Override
    public void onError(Throwable failure) {
      ends.add(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
      ends.add(Status.OK);
    }
  }

  private final class Resources implements StreamObserver<DeltaDiscoveryResponse> {
    @Override
    public void onNext(DeltaDiscoveryResponse response) {
      response
          .getResourcesList()
          .forEach(it -> holds.add(response.getTypeUrl() + "|" + it.getName()));
      response
          .getRemovedResourcesList()
          .forEach(it -> holds.remove(response.getTypeUrl() + "|" + it));
      synchronized (discovery) {
        discovery.onNext(
            DeltaDiscoveryRequest.newBuilder()
                .setTypeUrl(response.getTypeUrl())
                .setResponseNonce(response.getNonce())
                .build());
      }
    }

    @Override
    public void onError(Throwable failure) {
      ends.add(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
      ends.add(Status.OK);
    }
  }
}
