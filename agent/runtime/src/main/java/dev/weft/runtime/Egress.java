package dev.weft.runtime;

import dev.weft.engine.config.Literals;
import dev.weft.engine.config.Places;
import dev.weft.engine.egress.EgressSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * Where an application may connect whatever the registry knows: what an operator has allowed, this
 * machine, and its name servers.
 */
final class Egress {

  private static final int DNS = 53;
  private static final String NAME_SERVER = "nameserver";

  private final Set<String> own;
  private final Path resolver;

  /**
   * @param own further addresses of this workload
   * @param resolver the resolver's configuration
   */
  Egress(Set<String> own, Path resolver) {
    this.own = own;
    this.resolver = resolver;
  }

  static EgressSettings settings(Settings settings) {
    Places.Builder allowed = Places.builder();
    settings.get(Setting.EGRESS_ALLOW).forEach(allowed::written);
    Set<String> own = settings.get(Setting.ADVERTISE_ADDRESS).map(Set::of).orElseGet(Set::of);
    return new EgressSettings(
        settings.get(Setting.EGRESS_MODE) == Setting.EgressMode.ENFORCE,
        allowed.build(),
        new Egress(own, Path.of("/etc/resolv.conf"))::isOurOwn);
  }

  /** Asked when all else says no: it may take its time. */
  boolean isOurOwn(InetSocketAddress remote) {
    InetAddress address = remote.getAddress();
    if (own.contains(address.getHostAddress()) || isOfThisMachine(address)) {
      return true;
    }
    return remote.getPort() == DNS && isNameServer(address);
  }

  private static boolean isOfThisMachine(InetAddress address) {
    try {
      return NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException e) {
      return false;
    }
  }

  /** Queries whose answers are too long for a datagram. */
  private boolean isNameServer(InetAddress address) {
    try {
      for (String line : Files.readAllLines(resolver, StandardCharsets.ISO_8859_1)) {
        String[] words = line.strip().split("\\s+", 3);
        if (words.length > 1
            && words[0].equals(NAME_SERVER)
            && address.equals(Literals.parse(words[1]))) {
          return true;
        }
      }
    } catch (IOException e) {
      return false; // no such file: nobody has named any
    }
    return false;
  }
}
