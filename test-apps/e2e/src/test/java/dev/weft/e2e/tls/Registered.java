package dev.weft.e2e.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.api.v1.AgentMessage;
import dev.weft.control.api.v1.ControlMessage;
import dev.weft.control.api.v1.Hello;
import dev.weft.control.api.v1.Listening;
import dev.weft.control.api.v1.WorkloadServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A server that has no agent, registered as one that has. */
final class Registered implements AutoCloseable {

  private final ManagedChannel channel;

  private Registered(ManagedChannel channel) {
    this.channel = channel;
  }

  /**
   * Registers and waits for the lease.
   *
   * @param control the port for those with an identity
   * @param root the control service's root, PEM
   * @param token of the service's own account
   */
  static Registered as(String service, int port, String control, Path root, String token)
      throws IOException, InterruptedException {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget(control)
            .sslContext(GrpcSslContexts.forClient().trustManager(root.toFile()).build())
            .overrideAuthority("weft-control")
            .build();
    Metadata bearer = new Metadata();
    bearer.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    BlockingQueue<Object> answers = new LinkedBlockingQueue<>();
    StreamObserver<AgentMessage> agent =
        WorkloadServiceGrpc.newStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(bearer))
            .connect(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ControlMessage message) {
                    answers.add(message);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    answers.add(failure);
                  }

                  @Override
                  public void onCompleted() {
                    answers.add("completed");
                  }
                });
    agent.onNext(
        AgentMessage.newBuilder()
            .setHello(
                Hello.newBuilder()
                    .setInstance(service + "-without-an-agent")
                    .setName(service)
                    .setNamespace("default")
                    .putLabels("app", service)
                    .setAddress("127.0.0.1")
                    .addListening(
                        Listening.newBuilder().setPort(port).setLibrary("tomcat").build()))
            .build());
    Object first = answers.poll(20, TimeUnit.SECONDS);
    assertThat(first).isInstanceOf(ControlMessage.class);
    assertThat(((ControlMessage) first).hasLease()).as(String.valueOf(first)).isTrue();
    return new Registered(channel);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
