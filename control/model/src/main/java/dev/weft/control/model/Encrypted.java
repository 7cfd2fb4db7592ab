package dev.weft.control.model;

/**
 * Which routes of a rule are for requests that the application itself encrypts. Istio has no such
 * requests, so many a rule was written with plaintext in mind: what would send TLS to a port that
 * does not speak it, or back to where it comes from, is passed over.
 */
final class Encrypted {

  private static final String HTTPS = "https";

  private final CallerView view;

  Encrypted(CallerView view) {
    this.view = view;
  }

  /** Whether the block may match such a request. */
  static boolean admits(RouteMatch match) {
    if (match.scheme() instanceof StringMatch.Exact exact) {
      return exact.value().equals(HTTPS);
    }
    return !(match.scheme() instanceof StringMatch.Prefix prefix)
        || HTTPS.startsWith(prefix.value());
  }

  /**
   * Whether the route can do with such a request what it says.
   *
   * @param rule whose route it is
   * @param route whose destinations have ports
   * @param port that was called
   */
  boolean admits(RoutingRule rule, HttpRoute route, int port) {
    return route.action() instanceof RouteAction.Redirect redirect
        ? leadsElsewhere(rule, redirect, port)
        : route.destinations().stream().allMatch(it -> speaksTls(it.destination()));
  }

  /** Whether TLS can be spoken there, or nothing is there, which others report. */
  boolean speaksTls(Destination destination) {
    Integer number = destination.port();
    return number == null
        || view.service(destination.host())
            .flatMap(service -> service.port(number))
            .map(port -> port.protocol().carriesTls())
            .orElse(true);
  }

  /** A redirect of plaintext to TLS would send these round and round. */
  private static boolean leadsElsewhere(RoutingRule rule, RouteAction.Redirect redirect, int port) {
    String host = redirect.authority();
    boolean sameHost = host == null || rule.hosts().contains(new Fqdn(host));
    boolean samePort =
        !(redirect.port() instanceof RouteAction.Port.Fixed fixed) || fixed.number() == port;
    boolean samePath = redirect.path() == null && redirect.prefix() == null;
    boolean sameScheme = redirect.scheme() == null || redirect.scheme().equals(HTTPS);
    return !(sameHost && samePort && samePath && sameScheme);
  }
}
