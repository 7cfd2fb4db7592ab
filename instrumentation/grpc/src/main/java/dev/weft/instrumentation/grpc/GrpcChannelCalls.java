package dev.weft.instrumentation.grpc;

import dev.weft.bridge.Weft;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.internal.ClientStreamListener.RpcProgress;
import io.grpc.internal.ManagedChannelImplBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Channels as they are built. The application's channel stays as it is, and gets one more
 * interceptor beneath all of its own; calls to hosts of the mesh leave it there for a second
 * channel that shares its transport settings. Whatever is not the mesh's goes on as without it,
 * name resolution, load balancing and service config included.
 */
public final class GrpcChannelCalls {

  private GrpcChannelCalls() {}

  /** The first interceptor of the list runs last. */
  public static void building(
      ManagedChannelBuilder<?> builder, List<ClientInterceptor> interceptors) {
    interceptors.removeIf(OutboundInterceptor.class::isInstance);
    MeshTransport transport = null;
    try {
      transport = MeshTransport.of((ManagedChannelImplBuilder) builder);
    } catch (ReflectiveOperationException | RuntimeException e) {
      Weft.suppressed("grpc", e); // a grpc-java that we do not know: left alone
    }
    if (transport != null) {
      interceptors.add(0, new OutboundInterceptor(transport));
    }
  }

  /** The channel that the application gets. */
  public static ManagedChannel built(List<ClientInterceptor> interceptors, ManagedChannel channel) {
    if (!interceptors.isEmpty() && interceptors.get(0) instanceof OutboundInterceptor outbound) {
      interceptors.remove(0); // the builder may be used again
      return new MeshChannel(channel, outbound.transport());
    }
    return channel;
  }

  /** How far a stream had come when it was closed: gRPC tells nobody else. */
  public static void closing(
      ClientCall.@Nullable Listener<?> listener, @Nullable RpcProgress progress) {
    if (progress != null && listener instanceof MeshTry<?, ?> attempt) {
      attempt.progress(progress);
    }
  }
}
