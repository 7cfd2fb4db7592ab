package dev.weft.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who reaches the port can send anything: it costs him his connection, and others nothing. */
class StrangersAtThePortTest {

  private static final int TEN_MEGABYTES = 10 << 20;

  @TempDir private Path directory = Path.of(".");
  private ControlServer server;

  @BeforeEach
  void start() throws IOException {
    Files.createDirectories(directory.resolve("config"));
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    server =
        ControlServer.start(
            new ControlSettings(
                directory.resolve("config"), any, any, directory.resolve("state"), null));
  }

  /** The service still serves. */
  @AfterEach
  void stop() {
    try (TestAgent agent = new TestAgent(server.address(), "a", "reviews", 9080)) {
      agent.use("reviews:9080");
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> agent.knows("reviews:9080"));
    }
    server.close();
  }

  @Test
  void garbageClosesItsConnection() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 50; i++) {
      byte[] garbage = new byte[1 + random.nextInt(5000)];
      random.nextBytes(garbage);
      assertThat(closes(garbage)).as("seed %d", seed).isTrue();
    }
  }

  @Test
  void garbageAfterThePrefaceDoesToo() throws Exception {
    byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    byte[] settings = {0, 0, 0, 4, 0, 0, 0, 0, 0};
    // A frame of 16 MB of headers, announced and not allowed.
    byte[] huge = {(byte) 0xff, (byte) 0xff, (byte) 0xff, 1, 4, 0, 0, 0, 1};
    byte[] all = new byte[preface.length + settings.length + huge.length];
    System.arraycopy(preface, 0, all, 0, preface.length);
    System.arraycopy(settings, 0, all, preface.length, settings.length);
    System.arraycopy(huge, 0, all, preface.length + settings.length, huge.length);
    assertThat(closes(all)).isTrue();
  }

  /** Whether the service ends the connection by itself when it has read this. */
  private boolean closes(byte[] bytes) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(server.address());
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(bytes);
      // More is not to come: what announces a longer frame is cut off here.
      socket.shutdownOutput();
      byte[] buffer = new byte[1024];
      while (socket.getInputStream().read(buffer) >= 0) {
        // Settings and goaways; what counts is the end.
        assertThat(buffer).isNotNull();
      }
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      // Reset: that is an end as well.
      return true;
    }
  }

  @Test
  void tenMegabytesOfHeadersAreRefused() throws Exception {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("x-huge", Metadata.ASCII_STRING_MARSHALLER), "x".repeat(TEN_MEGABYTES));
    assertThat(call(headers, DeltaDiscoveryRequest.getDefaultInstance()).isOk()).isFalse();
  }

  @Test
  void aMessageOfTenMegabytesIsRefused() throws Exception {
    Status status =
        call(
            new Metadata(),
            DeltaDiscoveryRequest.newBuilder().setTypeUrl("x".repeat(TEN_MEGABYTES)).build());
    assertThat(status.isOk()).isFalse();
  }

  private Status call(Metadata headers, DeltaDiscoveryRequest request) throws Exception {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(server.address()).usePlaintext().build();
    CompletableFuture<Status> ended = new CompletableFuture<>();
    try {
      AggregatedDiscoveryServiceGrpc.newStub(channel)
          .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
          .deltaAggregatedResources(
              new StreamObserver<DeltaDiscoveryResponse>() {
                @Override
                public void onNext(DeltaDiscoveryResponse response) {
                  ended.complete(Status.OK);
                }

                @Override
                public void onError(Throwable failure) {
                  ended.complete(Status.fromThrowable(failure));
                }

                @Override
                public void onCompleted() {
                  ended.complete(Status.OK);
                }
              })
          .onNext(request);
      return ended.get(20, TimeUnit.SECONDS);
    } finally {
      channel.shutdownNow();
    }
  }
}
