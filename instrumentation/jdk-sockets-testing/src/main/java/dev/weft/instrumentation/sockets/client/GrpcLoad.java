package dev.weft.instrumentation.sockets.client;

import dev.weft.instrumentation.sockets.Content;
import dev.weft.instrumentation.sockets.server.GrpcServer;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** grpc-java on one connection: unary calls up to 1 MB, and streams in both directions. */
final class GrpcLoad implements Client {

  private static final int LARGEST = 64 << 20;
  private static final int MESSAGES = 50;
  private static final int MESSAGE = 3000;

  @Override
  public void run(int port, Work work, Tally tally) throws Exception {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .usePlaintext()
            .maxInboundMessageSize(LARGEST)
            .build();
    try {
      tally.all(
          Executors.newFixedThreadPool(work.threads()),
          work.threads(),
          number -> {
            Random random = new Random(number);
            for (int i = 0; i < work.calls(); i++) {
              byte[] body = Content.pattern(i, random.nextInt(i % 20 == 0 ? 1_000_000 : 5000));
              tally.attempt(() -> unary(channel, body));
            }
            tally.attempt(() -> stream(channel));
          });
    } finally {
      channel.shutdownNow();
    }
  }

  private static void unary(ManagedChannel channel, byte[] body) throws IOException {
    byte[] answer =
        ClientCalls.blockingUnaryCall(
            channel,
            GrpcServer.ECHO,
            CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS),
            body);
    Content.compare(body, answer, "unary");
  }

  private static void stream(ManagedChannel channel) throws Exception {
    LinkedBlockingQueue<Object> events = new LinkedBlockingQueue<>();
    StreamObserver<byte[]> requests =
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(
                GrpcServer.STREAM, CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS)),
            new StreamObserver<byte[]>() {
              @Override
              public void onNext(byte[] message) {
                events.add(message);
              }

              @Override
              public void onError(Throwable failure) {
                events.add(failure);
              }

              @Override
              public void onCompleted() {
                events.add("done");
              }
            });
    for (int i = 0; i < MESSAGES; i++) {
      requests.onNext(Content.pattern(i, MESSAGE));
    }
    requests.onCompleted();
    for (int i = 0; i < MESSAGES; i++) {
      Object event = events.poll(60, TimeUnit.SECONDS);
      if (!(event instanceof byte[] message)) {
        throw new IOException("a stream: " + event);
      }
      Content.compare(Content.pattern(i, MESSAGE), message, "stream");
    }
    if (!"done".equals(events.poll(60, TimeUnit.SECONDS))) {
      throw new IOException("a stream does not end");
    }
  }
}
