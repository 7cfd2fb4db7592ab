package dev.weft.instrumentation.grpc;

import dev.weft.instrumentation.api.HookedType;
import dev.weft.instrumentation.api.MeshModule;
import java.util.List;

/**
 * grpc-java 1.58 and later, over Netty (shaded or not) or OkHttp: joins each plaintext channel and
 * each server when it is built.
 */
public final class GrpcModule extends MeshModule {

  private static final String PACKAGE = "dev.weft.instrumentation.grpc.";
  private static final String ADVICE = PACKAGE + "GrpcAdvice$";

  public GrpcModule() {
    super("grpc");
  }

  @Override
  public List<HookedType> hookedTypes() {
    return List.of(
        HookedType.named("io.grpc.internal.ServerImplBuilder")
            .method("build", 0, ADVICE + "ServerBuild"),
        HookedType.named("io.grpc.internal.ServerImpl")
            .method("start", 0, ADVICE + "ServerStart")
            .method("shutdown", 0, ADVICE + "ServerShutdown"));
  }

  @Override
  public List<String> helpers() {
    return List.of(
        PACKAGE + "MetadataHeaders",
        PACKAGE + "Statuses",
        PACKAGE + "Pending",
        PACKAGE + "AdmittedCall",
        PACKAGE + "AdmittedListener",
        PACKAGE + "Arrived",
        PACKAGE + "DeferredListener",
        PACKAGE + "InboundInterceptor",
        PACKAGE + "GrpcServerCalls");
  }

  @Override
  public List<String> requires() {
    return List.of("io.grpc.internal.ServerImplBuilder");
  }
}
