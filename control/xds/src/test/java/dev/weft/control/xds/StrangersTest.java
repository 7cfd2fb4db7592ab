package dev.weft.control.xds;

import static dev.weft.control.xds.resource.ResourceType.AUTHORIZATION;
import static dev.weft.control.xds.resource.ResourceType.ENDPOINTS;
import static dev.weft.control.xds.resource.ResourceType.INBOUND;
import static dev.weft.control.xds.resource.ResourceType.LISTENER;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import dev.weft.control.xds.resource.ResourceType;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that say what no client should: each is told so, and nobody else notices. */
class StrangersTest {

  private final Models models = new Models();
  private Running running;

  @BeforeEach
  void start() throws IOException {
    models.start("a", "v1", 80);
    running = new Running(models);
  }

  /** The server still serves. */
  @AfterEach
  void stop() throws InterruptedException {
    try (DeltaPeer peer = DeltaPeer.weft(running.channel())) {
      peer.subscribe(LISTENER, "a:80");
      peer.next(ResourceType.CLUSTER);
    }
    running.close();
  }

  private static Status end(DeltaPeer peer) throws Exception {
    Throwable failure = peer.ended.get(10, TimeUnit.SECONDS);
    assertThat(failure).isNotNull();
    return Status.fromThrowable(failure);
  }

  @Test
  void tooManyNamesEndTheStream() throws Exception {
    DeltaPeer peer = DeltaPeer.weft(running.channel());
    String[] names = new String[Limits.NAMES_PER_STREAM + 1];
    Arrays.setAll(names, i -> "n" + i + ":80");
    peer.subscribe(ENDPOINTS, names);
    Status status = end(peer);
    assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(status.getDescription()).contains("20000");
    assertThat(running.ads.clients()).isEmpty();
  }

  @Test
  void aNameOfAMegabyteEndsTheStream() throws Exception {
    DeltaPeer peer = DeltaPeer.weft(running.channel());
    peer.subscribe(LISTENER, "x".repeat(1 << 20));
    Status status = end(peer);
    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(status.getDescription()).contains("1048576", "1024").hasSizeLessThan(200);
  }

  @Test
  void aNamespaceThatIsNoNameEndsTheStream() throws Exception {
    DeltaPeer peer =
        DeltaPeer.as(
            running.channel(),
            Node.newBuilder()
                .setMetadata(
                    Struct.newBuilder()
                        .putFields("WEFT_VERSION", DeltaPeer.text("1"))
                        .putFields("NAMESPACE", DeltaPeer.text("a/../b\u0000")))
                .build());
    peer.subscribe(LISTENER, "a:80");
    assertThat(end(peer).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void policiesOfAnotherNamespaceAreNotTold() throws Exception {
    for (ResourceType type : List.of(INBOUND, AUTHORIZATION)) {
      try (DeltaPeer peer = DeltaPeer.weft(running.channel())) {
        peer.subscribe(type, "other?app=a", "default?app=a");
        DeltaDiscoveryResponse told = peer.next(type);
        assertThat(DeltaPeer.names(told)).containsExactly("default?app=a");
        assertThat(told.getRemovedResourcesList()).containsExactly("other?app=a");
      }
    }
  }

  @Test
  void bytesThatAreNoMessageEndTheStream() throws Exception {
    MethodDescriptor.Marshaller<byte[]> raw =
        new MethodDescriptor.Marshaller<>() {
          @Override
          public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
          }

          @Override
          public byte[] parse(InputStream stream) {
            try {
              return stream.readAllBytes();
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (String method : new String[] {"DeltaAggregatedResources", "StreamAggregatedResources"}) {
      for (int i = 0; i < 200; i++) {
        byte[] garbage = new byte[1 + random.nextInt(200)];
        random.nextBytes(garbage);
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        StreamObserver<byte[]> requests =
            ClientCalls.asyncBidiStreamingCall(
                running
                    .channel()
                    .newCall(
                        MethodDescriptor.<byte[], byte[]>newBuilder()
                            .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                            .setFullMethodName(
                                "envoy.service.discovery.v3.AggregatedDiscoveryService/" + method)
                            .setRequestMarshaller(raw)
                            .setResponseMarshaller(raw)
                            .build(),
                        CallOptions.DEFAULT),
                new StreamObserver<byte[]>() {
                  @Override
                  public void onNext(byte[] response) {}

                  @Override
                  public void onError(Throwable failure) {
                    ended.complete(true);
                  }

                  @Override
                  public void onCompleted() {
                    ended.complete(true);
                  }
                });
        requests.onNext(garbage);
        requests.onCompleted();
        assertThat(ended.get(10, TimeUnit.SECONDS)).as("seed %d", seed).isTrue();
      }
    }
  }

  @Test
  void randomConversationsDoNotHurt() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<ResourceType> types = List.of(ResourceType.values());
    String[] names = {
      "a:80",
      "*",
      "",
      "outbound|80||a.default.svc.cluster.local",
      "default",
      "x|y",
      ".",
      "[::1]:80",
      "a:99999",
      "A.:80"
    };
    for (int round = 0; round < 100; round++) {
      DeltaPeer peer = DeltaPeer.weft(running.channel());
      for (int i = 0; i < 20; i++) {
        ResourceType type = types.get(random.nextInt(types.size()));
        peer.send(
            type,
            request -> {
              if (random.nextInt(10) == 0) {
                request.setTypeUrl("type.googleapis.com/no.such.Type");
              }
              for (int n = random.nextInt(3); n > 0; n--) {
                String name = names[random.nextInt(names.length)];
                switch (random.nextInt(3)) {
                  case 0 -> request.addResourceNamesSubscribe(name);
                  case 1 -> request.addResourceNamesUnsubscribe(name);
                  default -> request.putInitialResourceVersions(name, "v" + n);
                }
              }
              if (random.nextInt(4) == 0) {
                request.setResponseNonce(Integer.toString(random.nextInt(5)));
              }
              if (random.nextInt(4) == 0) {
                request.getErrorDetailBuilder().setMessage("e".repeat(random.nextInt(10_000)));
              }
            });
      }
      models.start("b" + round, "v1", 80);
      peer.close();
      Throwable failure = peer.ended.get(10, TimeUnit.SECONDS);
      if (failure != null) {
        throw new AssertionError("seed " + seed, failure);
      }
    }
    assertThat(running.ads.clients()).isEmpty();
  }
}
