package dev.weft.control.cli;

import java.net.InetSocketAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code 127.0.0.1:15010}, {@code [::1]:15010}, or a port alone, which is then on loopback. */
final class HostPort implements ITypeConverter<InetSocketAddress> {

  private static final String LOOPBACK = "127.0.0.1";

  @Override
  public InetSocketAddress convert(String value) {
    int colon = value.lastIndexOf(':');
    String host = colon <= 0 ? LOOPBACK : value.substring(0, colon).replaceAll("^\\[|]$", "");
    int port = port(value.substring(colon + 1));
    InetSocketAddress address = port < 0 ? null : new InetSocketAddress(host, port);
    if (address == null || address.isUnresolved()) {
      throw new TypeConversionException(
          "'" + value + "' (expected: an address and a port, such as 127.0.0.1:15010)");
    }
    return address;
  }

  private static int port(String digits) {
    boolean number =
        !digits.isEmpty()
            && digits.length() <= 5
            && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    int port = number ? Integer.parseInt(digits) : -1;
    return port <= 65535 ? port : -1;
  }
}
