package dev.weft.engine.config;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which hosts are the mesh's, as the caller's namespace sees them: names with their aliases,
 * virtual addresses, and wildcards. All lower case, without ports.
 *
 * @param exact host names and addresses
 * @param suffixes of wildcards: {@code .example.com} stands for {@code *.example.com}
 * @param contextHeaders names, lower case, of the request headers that some rule of the mesh
 *     matches on: carried from inbound requests to outbound ones, so that a rule holds further down
 *     although no application forwards the header
 * @param others what becomes of requests to other hosts
 */
public record HostTable(
    Set<String> exact,
    List<String> suffixes,
    List<String> contextHeaders,
    OutboundTrafficPolicy others) {

  public HostTable {
    exact = Set.copyOf(exact);
    suffixes = List.copyOf(suffixes);
    contextHeaders = List.copyOf(contextHeaders);
  }

  /** A table whose rules match on no header. */
  public HostTable(Set<String> exact, List<String> suffixes) {
    this(exact, suffixes, List.of());
  }

  /** A table besides which everything is allowed. */
  public HostTable(Set<String> exact, List<String> suffixes, List<String> contextHeaders) {
    this(exact, suffixes, contextHeaders, OutboundTrafficPolicy.ALLOW_ANY);
  }

  /** Whether the mesh knows this host; without port, any case, a trailing dot allowed. */
  public boolean contains(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    if (name.endsWith(".")) {
      name = name.substring(0, name.length() - 1);
    }
    if (exact.contains(name)) {
      return true;
    }
    for (String suffix : suffixes) {
      if (name.length() > suffix.length() && name.endsWith(suffix)) {
        return true;
      }
    }
    return false;
  }
}
