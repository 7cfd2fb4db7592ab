package dev.weft.engine.config;

import dev.weft.engine.config.RouteMatch.HeaderMatch;
import dev.weft.engine.config.RouteMatch.StringMatch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask what of this workload: Envoy's filters, each of which a request must pass, in their
 * order.
 *
 * @param external who else is asked, before anything else
 * @param tokens whose tokens are believed, before the filters; none: no token is looked at
 */
public record Authorization(
    List<ExternalAuthorization> external, List<TokenRule> tokens, List<Filter> filters) {

  /** Everybody may ask anything. */
  public static final Authorization NONE = new Authorization(List.of());

  /** A policy that cannot be understood lets nothing in. */
  public static final Authorization UNREADABLE =
      new Authorization(List.of(new Filter(new Rules(Action.ALLOW, List.of()), null)));

  /** Without anybody else to ask, and without a look at tokens. */
  public Authorization(List<Filter> filters) {
    this(List.of(), List.of(), filters);
  }

  public Authorization {
    external = List.copyOf(external);
    tokens = List.copyOf(tokens);
    filters = List.copyOf(filters);
  }

  /** What becomes of a request that a policy matches. */
  public enum Action {
    /** It passes; what none matches does not. */
    ALLOW,
    /** It does not pass; what none matches does. */
    DENY,
    /** It passes, and is told. */
    LOG
  }

  /**
   * One filter.
   *
   * @param rules null: everything passes
   * @param shadow rules of which only the effect is told; null: none
   */
  public record Filter(@Nullable Rules rules, @Nullable Rules shadow) {}

  /**
   * @param policies none: nothing matches
   */
  public record Rules(Action action, List<Policy> policies) {

    public Rules {
      policies = List.copyOf(policies);
    }
  }

  /** Matches when one of the permissions and one of the principals does. */
  public record Policy(String name, List<Condition> permissions, List<Condition> principals) {

    public Policy {
      permissions = List.copyOf(permissions);
      principals = List.copyOf(principals);
    }
  }

  /** On a request, the connection that brought it, and who sent it. */
  public sealed interface Condition {

    /** Always holds. */
    record Any() implements Condition {}

    record All(List<Condition> conditions) implements Condition {

      public All {
        conditions = List.copyOf(conditions);
      }
    }

    record OneOf(List<Condition> conditions) implements Condition {

      public OneOf {
        conditions = List.copyOf(conditions);
      }
    }

    record Not(Condition condition) implements Condition {}

    /** On a header, {@code :authority} and {@code :method} among them. */
    record Header(HeaderMatch match) implements Condition {}

    /** On the path without its query. */
    record Path(StringMatch match) implements Condition {}

    /**
     * On the path without its query.
     *
     * @param template of segments, {@code *} for any one and {@code **} for any number
     */
    record Template(String template) implements Condition {}

    record DestinationPort(int port) implements Condition {}

    record DestinationIp(Subnet subnet) implements Condition {}

    /** The name that a client of TLS asked for. */
    record ServerName(StringMatch match) implements Condition {}

    /**
     * On the SPIFFE id that the connection has proved.
     *
     * @param name null: any
     */
    record Authenticated(@Nullable StringMatch name) implements Condition {}

    /** On the connection's other end. */
    record DirectRemoteIp(Subnet subnet) implements Condition {}

    /** On who asked first, as {@code x-forwarded-for} has it. */
    record RemoteIp(Subnet subnet) implements Condition {}

    /**
     * On a claim of the request's token.
     *
     * @param path from the payload inwards
     * @param listToo whether one text of a list is enough
     */
    record Claim(List<String> path, StringMatch match, boolean listToo) implements Condition {

      public Claim {
        path = List.copyOf(path);
      }
    }
  }
}
