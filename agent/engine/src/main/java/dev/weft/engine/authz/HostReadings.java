package dev.weft.engine.authz;

import dev.weft.bridge.RequestHead;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which host a request may mean: as it is written, and without what makes no difference. */
final class HostReadings {

  private HostReadings() {}

  /** Of the authority and of each {@code Host} beside it; empty where there is none. */
  static List<String> of(RequestHead head) {
    String authority = head.authority();
    List<String> hosts = head.headers().all("host");
    if (isPlain(authority) && areAll(hosts, authority)) {
      return authority.isEmpty() ? List.of() : List.of(authority);
    }
    Set<String> readings = new LinkedHashSet<>();
    add(readings, authority);
    hosts.forEach(host -> add(readings, host));
    return List.copyOf(readings);
  }

  private static boolean areAll(List<String> hosts, String authority) {
    for (int i = 0; i < hosts.size(); i++) {
      if (!hosts.get(i).equals(authority)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPlain(String authority) {
    for (int i = 0; i < authority.length(); i++) {
      char c = authority.charAt(i);
      boolean isPlain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
      if (!isPlain || (c == '.' && i == authority.length() - 1)) {
        return false;
      }
    }
    return true;
  }

  private static void add(Set<String> readings, String written) {
    String host = written.strip().toLowerCase(Locale.ROOT);
    if (host.isEmpty()) {
      return;
    }
    readings.add(written);
    readings.add(withoutDot(host));
    int colon = host.lastIndexOf(':');
    if (colon > host.lastIndexOf(']')) {
      readings.add(withoutDot(host.substring(0, colon)));
    }
  }

  private static String withoutDot(String host) {
    return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
  }
}
