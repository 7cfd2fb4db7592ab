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
        HookedType.named("io.grpc.internal.ManagedChannelImplBuilder")
            .method("build", 0, ADVICE + "ChannelBuild"),
        HookedType.named("io.grpc.internal.ClientCallImpl$ClientStreamListenerImpl")
            .method("closed", 3, ADVICE + "StreamClosed"),
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
        PACKAGE + "Silent",
        PACKAGE + "Pending",
        PACKAGE + "AdmittedCall",
        PACKAGE + "AdmittedListener",
        PACKAGE + "Arrived",
        PACKAGE + "DeferredListener",
        PACKAGE + "InboundInterceptor",
        PACKAGE + "GrpcServerCalls",
        PACKAGE + "CallExecutor",
        PACKAGE + "Endpoint",
        PACKAGE + "PinnedBalancer",
        PACKAGE + "PinnedBalancer$Picker",
        PACKAGE + "PinnedBalancerProvider",
        PACKAGE + "NoLookup",
        PACKAGE + "NoLookup$1",
        PACKAGE + "Pin",
        PACKAGE + "Pin$1",
        PACKAGE + "BuilderFields",
        PACKAGE + "MeshTransport",
        PACKAGE + "MeshTransport$Opened",
        PACKAGE + "Outgoing$Operation",
        PACKAGE + "Outgoing",
        PACKAGE + "Incoming",
        PACKAGE + "Patience",
        PACKAGE + "Invocation",
        PACKAGE + "Failures",
        PACKAGE + "Failures$1",
        PACKAGE + "MeshTry",
        PACKAGE + "Conversation",
        PACKAGE + "Conversation$Surroundings",
        PACKAGE + "MeshCall",
        PACKAGE + "OutboundInterceptor",
        PACKAGE + "MeshChannel",
        PACKAGE + "GrpcChannelCalls");
  }

  @Override
  public List<String> requires() {
    return List.of("io.grpc.internal.ServerImplBuilder");
  }
}
