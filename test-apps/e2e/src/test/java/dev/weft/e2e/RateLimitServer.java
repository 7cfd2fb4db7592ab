package dev.weft.e2e;

import com.google.protobuf.Duration;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.Code;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.DescriptorStatus;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitServiceGrpc;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Envoy's rate limit protocol on grpc-java: of each descriptor with an entry {@code plan=free}, two
 * requests an hour; of all others, any number. Prints what it is asked. Argument: the port.
 */
public final class RateLimitServer {

  private static final int FREE = 2;

  private RateLimitServer() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
    Server server = NettyServerBuilder.forAddress(address).addService(new Service()).build();
    server.start();
    System.out.println("ready " + server.getPort());
    server.awaitTermination();
  }

  private static final class Service extends RateLimitServiceGrpc.RateLimitServiceImplBase {

    private final Map<RateLimitDescriptor, AtomicInteger> counts = new ConcurrentHashMap<>();

    @Override
    public void shouldRateLimit(
        RateLimitRequest request, StreamObserver<RateLimitResponse> responses) {
      System.out.println("asked " + request.toString().replaceAll("\\s+", " "));
      RateLimitResponse.Builder response = RateLimitResponse.newBuilder().setOverallCode(Code.OK);
      for (RateLimitDescriptor descriptor : request.getDescriptorsList()) {
        DescriptorStatus status = count(descriptor);
        response.addStatuses(status);
        if (status.getCode() == Code.OVER_LIMIT) {
          response.setOverallCode(Code.OVER_LIMIT);
        }
      }
      responses.onNext(response.build());
      responses.onCompleted();
    }

    private DescriptorStatus count(RateLimitDescriptor descriptor) {
      boolean free =
          descriptor.getEntriesList().stream()
              .anyMatch(it -> it.getKey().equals("plan") && it.getValue().equals("free"));
      if (!free) {
        return DescriptorStatus.newBuilder().setCode(Code.OK).build();
      }
      int count = counts.computeIfAbsent(descriptor, any -> new AtomicInteger()).incrementAndGet();
      return DescriptorStatus.newBuilder()
          .setCode(count > FREE ? Code.OVER_LIMIT : Code.OK)
          .setCurrentLimit(
              RateLimitResponse.RateLimit.newBuilder()
                  .setRequestsPerUnit(FREE)
                  .setUnit(RateLimitResponse.RateLimit.Unit.HOUR))
          .setLimitRemaining(Math.max(0, FREE - count))
          .setDurationUntilReset(Duration.newBuilder().setSeconds(1800))
          .build();
    }
  }
}
