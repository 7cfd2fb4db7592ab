package dev.weft.instrumentation.grpc;

import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerInterceptor;
import io.grpc.internal.ClientStreamListener;
import java.util.List;
import net.bytebuddy.asm.Advice;

/** What is woven into gRPC's classes; {@link GrpcModule} says where. */
final class GrpcAdvice {

  private GrpcAdvice() {}

  /** {@code ManagedChannelImplBuilder.build}. */
  static final class ChannelBuild {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(
        @Advice.This ManagedChannelBuilder<?> builder,
        @Advice.FieldValue("interceptors") List<ClientInterceptor> interceptors) {
      GrpcChannelCalls.building(builder, interceptors);
    }

    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(
        @Advice.FieldValue("interceptors") List<ClientInterceptor> interceptors,
        @Advice.Return(readOnly = false) ManagedChannel channel) {
      channel = GrpcChannelCalls.built(interceptors, channel);
    }
  }

  /** {@code ClientCallImpl.ClientStreamListenerImpl.closed}. */
  static final class StreamClosed {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(
        @Advice.FieldValue("observer") ClientCall.Listener<?> listener,
        @Advice.Argument(1) ClientStreamListener.RpcProgress progress) {
      GrpcChannelCalls.closing(listener, progress);
    }
  }

  /** {@code ServerImplBuilder.build}. */
  static final class ServerBuild {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(
        @Advice.This ServerBuilder<?> builder,
        @Advice.FieldValue("interceptors") List<ServerInterceptor> interceptors) {
      GrpcServerCalls.building(builder, interceptors);
    }
  }

  /** {@code ServerImpl.start}. */
  static final class ServerStart {
    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(@Advice.This Server server) {
      GrpcServerCalls.started(server);
    }
  }

  /** {@code ServerImpl.shutdown}, which {@code shutdownNow} calls. */
  static final class ServerShutdown {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.This Server server) {
      GrpcServerCalls.stopping(server);
    }
  }
}
