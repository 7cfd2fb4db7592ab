package dev.weft.engine;

import dev.weft.engine.config.HostTable;
import dev.weft.engine.routing.Authority;
import org.jspecify.annotations.Nullable;

/**
 * What is not in the registry, under a policy that allows nothing else. As behind a sidecar, an
 * application may always talk to its own machine.
 */
final class Outsiders {

  private final @Nullable String own;

  /**
   * @param own our address; null where it is not known
   */
  Outsiders(@Nullable String own) {
    this.own = own;
  }

  /** Whether requests to this host are refused; never before the first host table. */
  boolean refuses(Plan plan, Authority authority) {
    HostTable hosts = plan.hosts();
    return hosts != null
        && !hosts.others().allowsAny()
        && !hosts.contains(authority.host())
        && !isOurOwn(authority);
  }

  /**
   * Whether requests to this port of a known host are refused, for which there are no rules. What
   * is encrypted may leave: TLS on a port that is said to speak something else is not our business.
   */
  boolean refusesPort(Plan plan, Authority authority) {
    HostTable hosts = plan.hosts();
    return hosts != null
        && !authority.isSecure()
        && !hosts.others().allows(authority.name())
        && !isOurOwn(authority);
  }

  private boolean isOurOwn(Authority authority) {
    String host = authority.host();
    return host.equals("localhost")
        || host.endsWith(".localhost")
        || (host.startsWith("127.") && isNumeric(host))
        || host.equals("[::1]")
        || authority.address().equals(own);
  }

  // 127.example.com is somebody else.
  private static boolean isNumeric(String host) {
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c != '.' && (c < '0' || c > '9')) {
        return false;
      }
    }
    return true;
  }
}
