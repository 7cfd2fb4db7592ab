package dev.weft.bookinfo.ratings;

import dev.weft.bookinfo.ratings.api.v1.GetRatingsRequest;
import dev.weft.bookinfo.ratings.api.v1.GetRatingsResponse;
import dev.weft.bookinfo.ratings.api.v1.RatingsGrpc;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.Optional;

/** The same answers as {@link RatingsServlet}, over gRPC. */
final class RatingsService extends RatingsGrpc.RatingsImplBase {

  private final RatingsStore store;
  private final Identity identity;

  RatingsService(RatingsStore store, Identity identity) {
    this.store = store;
    this.identity = identity;
  }

  @Override
  public void getRatings(
      GetRatingsRequest request, StreamObserver<GetRatingsResponse> responseObserver) {
    Optional<? extends Map<String, Integer>> stars;
    try {
      stars = store.find(request.getProductId());
    } catch (RatingsUnavailableException e) {
      responseObserver.onError(
          Status.UNAVAILABLE.withDescription(e.getMessage()).withCause(e).asRuntimeException());
      return;
    }
    if (stars.isEmpty()) {
      responseObserver.onError(
          Status.NOT_FOUND
              .withDescription("no ratings for " + request.getProductId())
              .asRuntimeException());
      return;
    }
    responseObserver.onNext(
        GetRatingsResponse.newBuilder()
            .setProductId(request.getProductId())
            .putAllStars(stars.get())
            .setVersion(identity.version())
            .setPod(identity.pod())
            .build());
    responseObserver.onCompleted();
  }
}
