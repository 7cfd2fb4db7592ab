package dev.weft.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.control.api.istio.v1.IstioCertificateRequest;
import dev.weft.control.api.istio.v1.IstioCertificateResponse;
import dev.weft.control.api.istio.v1.IstioCertificateServiceGrpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The unary call, against the real gRPC. */
class CertificateClientTest {

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final List<String> bearers = new CopyOnWriteArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private volatile @Nullable Status failure;
  private volatile boolean silent;
  private Server server;

  @BeforeEach
  void start() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(new Authority())
            .intercept(new Bearer())
            .build()
            .start();
  }

  @AfterEach
  void stop() throws InterruptedException {
    server.shutdownNow().awaitTermination();
  }

  private static CertificateClient client(int port, Duration answer) {
    ControlSettings.Timing quick = ClientUnderTest.QUICK;
    return new CertificateClient(
        new CertificateClient.Service(
            "127.0.0.1",
            port,
            "weft/test",
            new ControlSettings.Timing(
                quick.connect(), answer, quick.keepAlive(), quick.firstRetry(), quick.lastRetry())),
        ChannelFactory.plaintext(),
        new Silent());
  }

  private CertificateClient client() {
    return client(server.getPort(), Duration.ofSeconds(20));
  }

  @Test
  void asksWithItsTokenAndGetsAChain() throws IOException {
    String large = "request".repeat(10_000); // more than a frame, and than a first window
    assertThat(client().sign(large, "a.b.c")).containsExactly("leaf", "root");
    assertThat(bearers).containsExactly("Bearer a.b.c");
    assertThat(requests).containsExactly(large);
  }

  @Test
  void asksWithoutOne() throws IOException {
    assertThat(client().sign("request", null)).containsExactly("leaf", "root");
    assertThat(bearers).containsExactly("none");
  }

  @Test
  void tellsARefusalFromAnOutage() {
    failure = Status.PERMISSION_DENIED.withDescription("found a (expected: b)");
    assertThatThrownBy(() -> client().sign("request", "t"))
        .isInstanceOfSatisfying(CallFailedException.class, e -> assertThat(e.isFinal()).isTrue())
        .hasMessage("PERMISSION_DENIED: found a (expected: b)");
    failure = Status.UNAUTHENTICATED;
    assertThatThrownBy(() -> client().sign("request", "t"))
        .isInstanceOfSatisfying(CallFailedException.class, e -> assertThat(e.isFinal()).isTrue());
    failure = Status.UNAVAILABLE.withDescription("starting");
    assertThatThrownBy(() -> client().sign("request", "t"))
        .isInstanceOfSatisfying(CallFailedException.class, e -> assertThat(e.isFinal()).isFalse())
        .hasMessage("UNAVAILABLE: starting");
  }

  @Test
  void doesNotWaitForEver() throws IOException {
    silent = true;
    assertThatThrownBy(() -> client(server.getPort(), Duration.ofMillis(300)).sign("request", "t"))
        .isInstanceOf(IOException.class)
        .hasMessage("no answer within 300 ms");
    try (ServerSocket mute = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(
              () -> client(mute.getLocalPort(), Duration.ofMillis(300)).sign("request", "t"))
          .hasMessage("no answer within 300 ms");
    }
  }

  @Test
  void nobodyThereIsAnIoFailure() throws Exception {
    int port = server.getPort();
    stop();
    assertThatThrownBy(() -> client(port, Duration.ofSeconds(5)).sign("request", "t"))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(CallFailedException.class);
  }

  private final class Authority
      extends IstioCertificateServiceGrpc.IstioCertificateServiceImplBase {
    @Override
    public void createCertificate(
        IstioCertificateRequest request, StreamObserver<IstioCertificateResponse> responses) {
      Status status = failure;
      if (silent) {
        return;
      }
      if (status != null) {
        responses.onError(status.asRuntimeException());
        return;
      }
      requests.add(request.getCsr());
      responses.onNext(
          IstioCertificateResponse.newBuilder().addCertChain("leaf").addCertChain("root").build());
      responses.onCompleted();
    }
  }

  private final class Bearer implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      String bearer = headers.get(AUTHORIZATION);
      bearers.add(bearer == null ? "none" : bearer);
      return next.startCall(call, headers);
    }
  }

  private static final class Silent implements ControlLog {
    @Override
    public void info(String line) {}

    @Override
    public void warn(String line) {}
  }
}
