package dev.weft.control.ca;

import io.grpc.Attributes;
import io.grpc.Grpc;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Where a call comes from, for people. */
final class Peers {

  private Peers() {}

  static String of(Attributes call) {
    SocketAddress remote = call.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    return remote instanceof InetSocketAddress inet && inet.getAddress() != null
        ? inet.getAddress().getHostAddress() + ":" + inet.getPort()
        : String.valueOf(remote);
  }
}
