package dev.weft.control.xds;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Who is at the other end of the connection, for people to read. */
final class PeerAddress implements ServerInterceptor {

  private static final Context.Key<String> KEY = Context.key("weft.peer.address");
  private static final String UNKNOWN = "unknown";

  static String current() {
    String address = KEY.get();
    return address == null ? UNKNOWN : address;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    SocketAddress remote = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    String text = remote == null ? UNKNOWN : text(remote);
    return Contexts.interceptCall(Context.current().withValue(KEY, text), call, headers, next);
  }

  private static String text(SocketAddress remote) {
    return remote instanceof InetSocketAddress inet && inet.getAddress() != null
        ? inet.getAddress().getHostAddress() + ":" + inet.getPort()
        : remote.toString();
  }
}
