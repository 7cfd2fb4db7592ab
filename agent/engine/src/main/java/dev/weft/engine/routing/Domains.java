package dev.weft.engine.routing;

import dev.weft.engine.config.RouteTable;
import dev.weft.engine.config.RouteTable.VirtualHost;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the virtual host of an authority as Envoy does: exact domain, then the longest {@code
 * *suffix}, then the longest {@code prefix*}, then {@code *}. The authority is tried with its port
 * first and without it second, because a domain may be written either way.
 */
final class Domains {

  private final Map<String, VirtualHost> exact = new HashMap<>();
  private final Map<String, VirtualHost> suffixes = new HashMap<>();
  private final Map<String, VirtualHost> prefixes = new HashMap<>();
  private @Nullable VirtualHost any;

  Domains(RouteTable table) {
    for (VirtualHost host : table.virtualHosts()) {
      for (String domain : host.domains()) {
        add(domain.toLowerCase(Locale.ROOT), host);
      }
    }
  }

  private void add(String domain, VirtualHost host) {
    if (domain.equals("*")) {
      any = any == null ? host : any;
    } else if (domain.startsWith("*")) {
      suffixes.putIfAbsent(domain.substring(1), host);
    } else if (domain.endsWith("*")) {
      prefixes.putIfAbsent(domain.substring(0, domain.length() - 1), host);
    } else {
      exact.putIfAbsent(domain, host);
    }
  }

  /** Null when no domain matches. */
  @Nullable VirtualHost find(Authority authority) {
    VirtualHost found = exact.get(authority.domain());
    if (found == null) {
      found = exact.get(authority.host());
    }
    if (found == null) {
      found = longest(suffixes, authority, String::endsWith);
    }
    if (found == null) {
      found = longest(prefixes, authority, String::startsWith);
    }
    return found == null ? any : found;
  }

  private static @Nullable VirtualHost longest(
      Map<String, VirtualHost> domains, Authority authority, Affix affix) {
    VirtualHost found = longest(domains, part -> proper(authority.domain(), part, affix));
    return found != null ? found : longest(domains, part -> proper(authority.host(), part, affix));
  }

  private static @Nullable VirtualHost longest(
      Map<String, VirtualHost> domains, Predicate<String> matches) {
    VirtualHost found = null;
    int length = -1;
    for (Map.Entry<String, VirtualHost> domain : domains.entrySet()) {
      if (domain.getKey().length() > length && matches.test(domain.getKey())) {
        found = domain.getValue();
        length = domain.getKey().length();
      }
    }
    return found;
  }

  // The star stands for at least one character.
  private static boolean proper(String text, String part, Affix affix) {
    return text.length() > part.length() && affix.test(text, part);
  }

  private interface Affix {
    boolean test(String text, String part);
  }
}
