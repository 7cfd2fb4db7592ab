package dev.weft.engine.routing;

import dev.weft.bridge.Headers;
import dev.weft.bridge.RequestHead;
import dev.weft.engine.config.RouteTable;
import dev.weft.engine.config.RouteTable.VirtualHost;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules of one authority: those of the virtual host that its route table has for it. */
public final class Rules {

  private static final int FEW = 8; // in which looking around is quicker than looking up

  private final RouteTable table;
  private final String host;
  private final Rule[] rules;
  private final @Nullable PathIndex index;

  private Rules(RouteTable table, String host, Rule[] rules) {
    this.table = table;
    this.host = host;
    this.rules = rules;
    this.index = rules.length > FEW ? new PathIndex(rules) : null;
  }

  /** Compiles the rules; an authority without virtual host has none, so that nothing matches. */
  public static Rules compile(RouteTable table, Authority authority) {
    VirtualHost host = new Domains(table).find(authority);
    List<Rule> rules = host == null ? List.of() : host.routes().stream().map(Rule::new).toList();
    return new Rules(table, host == null ? "" : host(host), rules.toArray(Rule[]::new));
  }

  // Istio calls a virtual host by the host's full name and the port.
  private static String host(VirtualHost host) {
    int colon = Authority.portColon(host.name());
    return colon < 0 ? host.name() : host.name().substring(0, colon);
  }

  /** The full name of the host of which these speak; empty where there is none. */
  public String host() {
    return host;
  }

  /** Whether these were compiled from this very object, which its source keeps until it changes. */
  @SuppressWarnings("ReferenceEquality") // comparing all routes costs more than compiling them
  public boolean areOf(RouteTable other) {
    return table == other;
  }

  /**
   * The first rule that matches, or null.
   *
   * @param headers the request's, with those that were carried over from the inbound request
   */
  public @Nullable Rule match(RequestHead head, Headers headers) {
    int pathEnd = Paths.end(head.target());
    return index == null ? first(head, headers, pathEnd) : index.first(head, headers, pathEnd);
  }

  private @Nullable Rule first(RequestHead head, Headers headers, int pathEnd) {
    for (Rule rule : rules) {
      if (rule.matches(head, headers, pathEnd)) {
        return rule;
      }
    }
    return null;
  }
}
