package dev.weft.runtime;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collections;
import java.util.Optional;

/** Where others reach this machine. */
final class LocalAddress {

  private static final String LOOPBACK = "127.0.0.1";

  private LocalAddress() {}

  /** Without asking a name service: what is set, else the first address that is not loopback. */
  static String guess(Settings settings) {
    Optional<String> set = settings.get(Setting.ADVERTISE_ADDRESS);
    return set.orElseGet(LocalAddress::first);
  }

  /** What is set, else the address from which the control service is reached. May block. */
  static String towards(InetSocketAddress control, Settings settings) {
    Optional<String> set = settings.get(Setting.ADVERTISE_ADDRESS);
    if (set.isPresent()) {
      return set.get();
    }
    // A datagram socket is given a route, and sends nothing.
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(InetAddress.getByName(control.getHostString()), control.getPort());
      InetAddress local = socket.getLocalAddress();
      return local.isAnyLocalAddress() ? first() : local.getHostAddress();
    } catch (IOException | RuntimeException e) {
      return first(); // no route yet, or no such name yet
    }
  }

  private static String first() {
    try {
      for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        for (InetAddress address : Collections.list(each.getInetAddresses())) {
          if (address instanceof Inet4Address && !address.isLoopbackAddress()) {
            return address.getHostAddress();
          }
        }
      }
    } catch (SocketException e) {
      return LOOPBACK; // no interfaces to be seen
    }
    return LOOPBACK;
  }
}
