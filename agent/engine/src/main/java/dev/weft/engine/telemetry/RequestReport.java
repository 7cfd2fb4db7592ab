package dev.weft.engine.telemetry;

import dev.weft.bridge.RequestHead;
import dev.weft.engine.config.Cluster.Service;
import dev.weft.engine.config.Cluster.Workload;
import dev.weft.engine.config.SpiffeId;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** All there is to tell about a request that is over. */
public interface RequestReport {

  /** Which side reports. */
  enum Side {
    /** The caller: Istio's {@code reporter="source"}. */
    SOURCE,
    /** The called: Istio's {@code reporter="destination"}. */
    DESTINATION
  }

  Side side();

  RequestHead head();

  /** The workload at the other end; {@link Workload#UNKNOWN} when not known. */
  Workload peer();

  /** Who the peer has proved to be by mutual TLS; null: it has not. */
  @Nullable SpiffeId peerPrincipal();

  /** Who we have proved to be; null: likewise. */
  @Nullable SpiffeId ownPrincipal();

  /** The service that was called. */
  Service service();

  /** Whether it was a gRPC call. */
  boolean grpc();

  /** The status that the caller saw; 0: none was sent. */
  int status();

  /** {@code grpc-status} as received or sent; null: none, or not gRPC. */
  @Nullable String grpcStatus();

  /** A set of {@link ResponseFlag}s. */
  int flags();

  /** On the engine's monotonic clock. */
  long startNanos();

  /** On the engine's monotonic clock. */
  long endNanos();

  /** How many times the request was sent; 0 on the called side and for local replies. */
  int tries();

  /** The span of this request, or null when it is not traced. */
  @Nullable SpanContext span();

  /** Where the last try went, or where the request came from. */
  @Nullable InetSocketAddress remote();

  /** What broke the request or its response, or null. */
  @Nullable Throwable failure();
}
