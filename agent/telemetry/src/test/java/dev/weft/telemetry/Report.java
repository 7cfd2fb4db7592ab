package dev.weft.telemetry;

import dev.weft.bridge.Headers;
import dev.weft.bridge.RequestHead;
import dev.weft.engine.config.Cluster.Service;
import dev.weft.engine.config.Cluster.Workload;
import dev.weft.engine.config.SpiffeId;
import dev.weft.engine.telemetry.LocalWorkload;
import dev.weft.engine.telemetry.RequestReport;
import dev.weft.engine.telemetry.SpanContext;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A report as a test wants it. */
public record Report(
    Side side,
    RequestHead head,
    Workload peer,
    @Nullable SpiffeId peerPrincipal,
    @Nullable SpiffeId ownPrincipal,
    Service service,
    boolean grpc,
    int status,
    @Nullable String grpcStatus,
    int flags,
    long startNanos,
    long endNanos,
    int tries,
    @Nullable SpanContext span,
    @Nullable InetSocketAddress remote,
    @Nullable Throwable failure)
    implements RequestReport {

  public static final LocalWorkload LOCAL =
      LocalWorkload.of(
          new Workload("shop", "default", "shop", "v1", "shop", "v1", "c1"), "node", "shop-1");

  public static final Workload REVIEWS =
      new Workload("reviews-v2", "default", "reviews", "v2", "reviews", "v2", "c1");

  private static final Service SERVICE =
      new Service("reviews.default.svc.cluster.local", "reviews", "default");

  /** A GET that another service answered. */
  public static Report outbound(int status, Duration took) {
    RequestHead head =
        new RequestHead("test", "GET", "http", "reviews:9080", "/reviews/7?x=1", Headers.NONE);
    InetSocketAddress remote = InetSocketAddress.createUnresolved("10.0.0.7", 9080);
    return new Report(
        Side.SOURCE,
        head,
        REVIEWS,
        null,
        null,
        SERVICE,
        false,
        status,
        null,
        0,
        100,
        100 + took.toNanos(),
        1,
        null,
        remote,
        null);
  }

  /** A gRPC call that was served here. */
  public static Report inboundGrpc(String grpcStatus, Duration took) {
    RequestHead head =
        new RequestHead(
            "grpc", "POST", "http", "ratings:9090", "/bookinfo.Ratings/Get", Headers.NONE);
    return new Report(
        Side.DESTINATION,
        head,
        Workload.UNKNOWN,
        null,
        null,
        LOCAL.service(),
        true,
        200,
        grpcStatus,
        0,
        100,
        100 + took.toNanos(),
        0,
        null,
        null,
        null);
  }

  public Report withPeer(Workload who) {
    return new Report(
        side,
        head,
        who,
        peerPrincipal,
        ownPrincipal,
        service,
        grpc,
        status,
        grpcStatus,
        flags,
        startNanos,
        endNanos,
        tries,
        span,
        remote,
        failure);
  }

  public Report withPrincipals(String own, String other) {
    return new Report(
        side,
        head,
        peer,
        SpiffeId.parse(other),
        SpiffeId.parse(own),
        service,
        grpc,
        status,
        grpcStatus,
        flags,
        startNanos,
        endNanos,
        tries,
        span,
        remote,
        failure);
  }

  public Report withFlags(int set) {
    return new Report(
        side,
        head,
        peer,
        peerPrincipal,
        ownPrincipal,
        service,
        grpc,
        status,
        grpcStatus,
        set,
        startNanos,
        endNanos,
        tries,
        span,
        remote,
        failure);
  }

  public Report withSpan(SpanContext own) {
    return new Report(
        side,
        head,
        peer,
        peerPrincipal,
        ownPrincipal,
        service,
        grpc,
        status,
        grpcStatus,
        flags,
        startNanos,
        endNanos,
        tries,
        own,
        remote,
        failure);
  }
}
