package dev.weft.control.server;

import java.net.InetSocketAddress;

/** Addresses as text. */
public final class HostAndPort {

  private HostAndPort() {}

  /** {@code 127.0.0.1:15012}, {@code [::1]:15012}. */
  public static String of(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }
}
