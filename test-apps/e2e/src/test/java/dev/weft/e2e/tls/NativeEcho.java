package dev.weft.e2e.tls;

import dev.weft.e2e.app.Echo;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;

/**
 * An application whose Netty insists on its native transport. Prints {@code epoll} and whether it
 * got it, then serves as {@link Echo} does, with its arguments.
 */
final class NativeEcho {

  private NativeEcho() {}

  /** Started by its test. */
  public static void main(String[] args) throws Exception {
    System.setProperty("io.grpc.netty.shaded.io.netty.transport.noNative", "false");
    System.out.println("epoll " + Epoll.isAvailable());
    Echo.main(args);
  }
}
