package dev.weft.instrumentation.grpc;

import dev.weft.bridge.Admission;
import dev.weft.bridge.InboundCall;
import dev.weft.bridge.InboundCall.Verdict;
import dev.weft.bridge.Mesh;
import dev.weft.bridge.Peer;
import dev.weft.bridge.RequestHead;
import dev.weft.bridge.Weft;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.internal.ObjectPool;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Runs before every interceptor of the application, and admits its calls. */
final class InboundInterceptor implements ServerInterceptor {

  private final ObjectPool<? extends Executor> executors;

  /**
   * @param executors the server's own, for calls whose verdict comes later
   */
  InboundInterceptor(ObjectPool<? extends Executor> executors) {
    this.executors = executors;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Mesh mesh = Weft.mesh();
    SocketAddress remote = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    if (mesh == null || (remote != null && !(remote instanceof InetSocketAddress))) {
      return next.startCall(call, headers); // within this process, or this host: no mesh between
    }
    InboundCall inbound;
    Verdict verdict;
    try {
      inbound = Admission.arrived(mesh, peer(call), head(call, headers));
      verdict = Admission.verdict(inbound);
    } catch (Throwable t) {
      Weft.suppressed("grpc", t);
      call.close(
          Status.UNAVAILABLE.withDescription("mesh: no verdict could be reached"), new Metadata());
      return new Silent<>();
    }
    Arrived<Q, R> arrived = new Arrived<>(call, headers, next, inbound);
    return verdict instanceof Verdict.Later later
        ? new DeferredListener<>(arrived, executors).await(mesh, later)
        : arrived.decided(verdict);
  }

  private static Peer peer(ServerCall<?, ?> call) {
    return new Peer(
        address(call, Grpc.TRANSPORT_ATTR_REMOTE_ADDR),
        address(call, Grpc.TRANSPORT_ATTR_LOCAL_ADDR));
  }

  private static @Nullable InetSocketAddress address(
      ServerCall<?, ?> call, Attributes.Key<SocketAddress> key) {
    return call.getAttributes().get(key) instanceof InetSocketAddress address ? address : null;
  }

  private static RequestHead head(ServerCall<?, ?> call, Metadata headers) {
    boolean secure = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION) != null;
    String authority = call.getAuthority();
    return new RequestHead(
        "grpc",
        "POST",
        secure ? "https" : "http",
        authority == null ? "" : authority,
        '/' + call.getMethodDescriptor().getFullMethodName(),
        new MetadataHeaders(headers));
  }
}
