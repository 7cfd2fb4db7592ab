package dev.weft.control.config.schema;

import dev.weft.control.model.Protocol;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Istio's names of protocols, and how a Kubernetes port says which one it speaks. */
public final class Protocols {

  private static final Map<String, Protocol> NAMES =
      Map.ofEntries(
          Map.entry("http", Protocol.HTTP),
          Map.entry("http_proxy", Protocol.HTTP),
          Map.entry("http2", Protocol.HTTP2),
          Map.entry("grpc", Protocol.GRPC),
          Map.entry("grpc-web", Protocol.GRPC_WEB),
          Map.entry("https", Protocol.HTTPS),
          Map.entry("tls", Protocol.TLS),
          Map.entry("hbone", Protocol.TCP),
          Map.entry("tcp", Protocol.TCP),
          Map.entry("mongo", Protocol.TCP),
          Map.entry("redis", Protocol.TCP),
          Map.entry("mysql", Protocol.TCP),
          Map.entry("udp", Protocol.UDP));

  /** Ports that Istio knows to be spoken to by the server first. */
  private static final Map<Integer, Protocol> WELL_KNOWN =
      Map.of(25, Protocol.TCP, 53, Protocol.TCP, 3306, Protocol.TCP, 27017, Protocol.TCP);

  private Protocols() {}

  /** An explicit name, in any case; empty if it is not known. */
  public static Optional<Protocol> named(String name) {
    return Optional.ofNullable(NAMES.get(name.toLowerCase(Locale.ROOT)));
  }

  /**
   * What a v1/Service port speaks: {@code appProtocol} if that is known, else the port's name up to
   * the first dash, else undeclared.
   */
  public static Protocol ofServicePort(int number, String name, String appProtocol) {
    Optional<Protocol> application = application(appProtocol);
    if (application.isPresent()) {
      return application.get();
    }
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.equals("grpc-web") || lower.startsWith("grpc-web-")) {
      return Protocol.GRPC_WEB;
    }
    int dash = lower.indexOf('-');
    return named(dash < 0 ? lower : lower.substring(0, dash))
        .orElse(WELL_KNOWN.getOrDefault(number, Protocol.UNDECLARED));
  }

  private static Optional<Protocol> application(String appProtocol) {
    return switch (appProtocol.toLowerCase(Locale.ROOT)) {
      case "" -> Optional.empty();
      case "kubernetes.io/h2c" -> Optional.of(Protocol.HTTP2);
      case "kubernetes.io/ws" -> Optional.of(Protocol.HTTP);
      case "kubernetes.io/wss" -> Optional.of(Protocol.HTTPS);
      default -> named(appProtocol);
    };
  }

  static Optional<String> problem(String text) {
    return text.isEmpty() || named(text).isPresent()
        ? Optional.empty()
        : Optional.of(
            "(expected: HTTP, HTTP2, GRPC, GRPC-WEB, HTTPS, TLS, TCP, MONGO, REDIS or MYSQL)");
  }
}
