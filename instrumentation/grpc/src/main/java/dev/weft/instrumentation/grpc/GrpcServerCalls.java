package dev.weft.instrumentation.grpc;

import dev.weft.bridge.Mesh;
import dev.weft.bridge.Weft;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerInterceptor;
import io.grpc.internal.ServerImplBuilder;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.function.BiConsumer;

/** Servers as they are built, started and stopped. */
public final class GrpcServerCalls {

  private GrpcServerCalls() {}

  /** The last interceptor of the list runs first. A builder may build more than once. */
  public static void building(ServerBuilder<?> builder, List<ServerInterceptor> interceptors) {
    interceptors.removeIf(InboundInterceptor.class::isInstance);
    interceptors.add(new InboundInterceptor(((ServerImplBuilder) builder).getExecutorPool()));
  }

  /** The server has bound its ports. */
  public static void started(Server server) {
    each(server, (mesh, local) -> mesh.listening(local, "grpc"));
  }

  /** The server is about to close its ports; told again, or never started, it has none. */
  public static void stopping(Server server) {
    if (!server.isShutdown()) {
      each(server, Mesh::closed);
    }
  }

  private static void each(Server server, BiConsumer<Mesh, InetSocketAddress> told) {
    Mesh mesh = Weft.mesh();
    if (mesh == null) {
      return;
    }
    List<? extends SocketAddress> sockets;
    try {
      sockets = server.getListenSockets();
    } catch (IllegalStateException e) {
      return; // never started
    }
    for (SocketAddress socket : sockets) {
      if (socket instanceof InetSocketAddress local) {
        told.accept(mesh, local);
      }
    }
  }
}
