package dev.weft.instrumentation.grpc;

import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerInterceptor;
import java.util.List;
import net.bytebuddy.asm.Advice;

/** What is woven into gRPC's classes; {@link GrpcModule} says where. */
final class GrpcAdvice {

  private GrpcAdvice() {}

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
