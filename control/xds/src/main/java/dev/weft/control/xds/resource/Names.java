package dev.weft.control.xds.resource;

import dev.weft.control.model.Destination;
import dev.weft.control.model.Fqdn;
import dev.weft.control.model.RoutedHost;
import dev.weft.control.model.Scheme;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Istio's names of clusters and route configurations: {@code outbound|9080|v1|reviews.default.svc}.
 * A route configuration is called as the cluster of its host without a subset.
 */
public final class Names {

  private static final String OUTBOUND = "outbound";

  /** Of requests that arrive at Istio's proxies as TLS, so that it has no name for their routes. */
  private static final String OUTBOUND_HTTPS = "outbound-https";

  /** Labels between dots, the first of which may be a star. */
  private static final Pattern HOST = Pattern.compile("[^.\\s|]++(\\.[^.\\s|]++)*+");

  private Names() {}

  public static String cluster(Destination destination) {
    return join(
        OUTBOUND,
        destination.port() == null ? 0 : destination.port(),
        destination.subset(),
        destination.host());
  }

  public static String routes(RoutedHost host) {
    String kind = host.scheme() == Scheme.HTTPS ? OUTBOUND_HTTPS : OUTBOUND;
    return join(kind, host.port(), "", host.host());
  }

  /** The authority whose routes {@link #routes} named; empty where the name is not of that form. */
  public static Optional<String> authority(String name) {
    boolean secure = name.startsWith(OUTBOUND_HTTPS + "|");
    String plain = secure ? OUTBOUND + name.substring(OUTBOUND_HTTPS.length()) : name;
    Scheme scheme = secure ? Scheme.HTTPS : Scheme.HTTP;
    return destination(plain).map(it -> scheme.prefix() + it.host() + ":" + it.port());
  }

  private static String join(String kind, int port, String subset, Fqdn host) {
    return kind + "|" + port + "|" + subset + "|" + host;
  }

  /** What {@link #cluster} named; empty where the name is not of that form. */
  public static Optional<Destination> destination(String name) {
    String[] parts = name.split("\\|", -1);
    if (parts.length != 4 || !parts[0].equals(OUTBOUND) || !HOST.matcher(parts[3]).matches()) {
      return Optional.empty();
    }
    int port = port(parts[1]);
    return port < 0
        ? Optional.empty()
        : Optional.of(new Destination(new Fqdn(parts[3]), port, parts[2]));
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
