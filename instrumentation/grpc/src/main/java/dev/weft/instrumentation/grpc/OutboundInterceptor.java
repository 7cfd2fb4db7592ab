package dev.weft.instrumentation.grpc;

import dev.weft.bridge.Mesh;
import dev.weft.bridge.Weft;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;

/** Decides call by call, since what the mesh owns changes while a channel lives. */
record OutboundInterceptor(MeshTransport transport) implements ClientInterceptor {

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    Mesh mesh = Weft.mesh();
    if (mesh == null || !owns(mesh, authority(options, next))) {
      return next.newCall(method, options);
    }
    return new MeshCall<>(mesh, transport, new Invocation<>(method, options, next));
  }

  static String authority(CallOptions options, Channel channel) {
    String own = options.getAuthority();
    return own != null ? own : channel.authority();
  }

  static boolean owns(Mesh mesh, String authority) {
    try {
      return mesh.owns("http", authority);
    } catch (RuntimeException e) {
      Weft.suppressed("grpc", e);
      return false;
    }
  }
}
