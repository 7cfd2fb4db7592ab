package dev.weft.bookinfo.reviews;

import dev.weft.bookinfo.ratings.api.v1.GetRatingsRequest;
import dev.weft.bookinfo.ratings.api.v1.GetRatingsResponse;
import dev.weft.bookinfo.ratings.api.v1.RatingsGrpc;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Version 3: ratings over gRPC, one channel for the life of the application. */
final class GrpcRatings implements Ratings, AutoCloseable {

  private static final Duration DEADLINE = Duration.ofSeconds(2);

  private final ManagedChannel channel;
  private final RatingsGrpc.RatingsBlockingStub ratings;

  GrpcRatings(String target) {
    channel = ManagedChannelBuilder.forTarget(target).usePlaintext().build();
    ratings = RatingsGrpc.newBlockingStub(channel);
  }

  @Override
  public Optional<Stars> of(long productId) {
    GetRatingsRequest request = GetRatingsRequest.newBuilder().setProductId(productId).build();
    try {
      GetRatingsResponse response =
          ratings.withDeadlineAfter(DEADLINE.toMillis(), TimeUnit.MILLISECONDS).getRatings(request);
      Identity ratedBy = new Identity(response.getVersion(), response.getPod());
      return Optional.of(new Stars(response.getStarsMap(), ratedBy));
    } catch (StatusRuntimeException e) {
      throw new RatingsUnavailableException("GetRatings " + productId + ": " + e.getStatus(), e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    channel.shutdown().awaitTermination(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
  }
}
