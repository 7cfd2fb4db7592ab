package dev.weft.bookinfo.demo;

import dev.weft.bookinfo.ratings.api.v1.GetRatingsRequest;
import dev.weft.bookinfo.ratings.api.v1.RatingsGrpc;
import dev.weft.harness.HarnessException;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Asks ratings over gRPC, as a cluster's probe of its second port would. Without it the version
 * that nobody uses yet answers its first call in the middle of the story, and loads some seven
 * hundred classes for it while its callers' deadlines run.
 */
final class RatingsProbe {

  /**
   * Held, because a logger that nobody holds forgets its level: gRPC's tidings are not the demo's.
   */
  private static final Logger GRPC = Logger.getLogger("io.grpc.netty.shaded.io.grpc.netty");

  static {
    GRPC.setLevel(Level.WARNING);
  }

  private RatingsProbe() {}

  /**
   * Waits until it answers.
   *
   * @param target {@code host:port}
   */
  static void awaitServing(String target, Duration patience) throws HarnessException {
    ManagedChannel channel = ManagedChannelBuilder.forTarget(target).usePlaintext().build();
    try {
      RatingsGrpc.newBlockingStub(channel)
          .withWaitForReady()
          .withDeadlineAfter(patience.toMillis(), TimeUnit.MILLISECONDS)
          .getRatings(GetRatingsRequest.newBuilder().setProductId(0).build());
    } catch (StatusRuntimeException e) {
      throw new HarnessException("ratings at " + target + " does not serve: " + e.getStatus());
    } finally {
      channel.shutdownNow();
    }
  }
}
