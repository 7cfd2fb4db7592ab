package dev.weft.engine.authz;

import dev.weft.engine.config.Authorization.Condition;
import dev.weft.engine.config.RouteMatch.HeaderMatch;
import dev.weft.engine.config.RouteMatch.StringMatch;
import dev.weft.engine.config.Subnet;
import dev.weft.engine.routing.Texts;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Conditions, compiled. */
final class Conditions {

  private Conditions() {}

  /** A condition on one request. */
  interface Test {
    Match of(Arrived request);
  }

  /** That one of them holds; none: never. */
  static Test oneOf(List<Condition> conditions) {
    return oneOf(conditions, Conditions::leaf);
  }

  /** Likewise, as far as the caller decides: whatever else is looked at may hold or not. */
  static Test oneOfByCaller(List<Condition> conditions) {
    return oneOf(
        conditions,
        leaf -> leaf instanceof Condition.Authenticated ? leaf(leaf) : request -> Match.SOME);
  }

  private static Test oneOf(List<Condition> conditions, Function<Condition, Test> leaves) {
    Test[] tests = tests(conditions, leaves);
    if (tests.length == 1) {
      return tests[0];
    }
    return request -> {
      Match match = Match.NONE;
      for (int i = 0; i < tests.length && match != Match.ALL; i++) {
        match = match.or(tests[i].of(request));
      }
      return match;
    };
  }

  private static Test[] tests(List<Condition> conditions, Function<Condition, Test> leaves) {
    return conditions.stream().map(each -> compile(each, leaves)).toArray(Test[]::new);
  }

  private static Test all(List<Condition> conditions, Function<Condition, Test> leaves) {
    Test[] tests = tests(conditions, leaves);
    if (tests.length == 1) {
      return tests[0];
    }
    return request -> {
      Match match = Match.ALL;
      for (int i = 0; i < tests.length && match != Match.NONE; i++) {
        match = match.and(tests[i].of(request));
      }
      return match;
    };
  }

  private static Test compile(Condition condition, Function<Condition, Test> leaves) {
    if (condition instanceof Condition.Any) {
      return request -> Match.ALL;
    }
    if (condition instanceof Condition.All all) {
      return all(all.conditions(), leaves);
    }
    if (condition instanceof Condition.OneOf oneOf) {
      return oneOf(oneOf.conditions(), leaves);
    }
    if (condition instanceof Condition.Not not) {
      Test test = compile(not.condition(), leaves);
      return request -> test.of(request).not();
    }
    return leaves.apply(condition);
  }

  private static Test leaf(Condition condition) {
    if (condition instanceof Condition.Header header) {
      return header(header.match());
    }
    if (condition instanceof Condition.Path path) {
      Function<String, Match> test = compile(path.match());
      return request -> readings(request.paths(), test);
    }
    if (condition instanceof Condition.Template template) {
      UriTemplate compiled = new UriTemplate(template.template());
      return request -> readings(request.paths(), compiled::matches);
    }
    if (condition instanceof Condition.Authenticated authenticated) {
      return authenticated(authenticated.name());
    }
    if (condition instanceof Condition.DestinationPort port) {
      return request -> Match.of(port.port() == port(request.local()));
    }
    if (condition instanceof Condition.DestinationIp ip) {
      return request -> in(ip.subnet(), address(request.local()));
    }
    if (condition instanceof Condition.DirectRemoteIp ip) {
      return request -> in(ip.subnet(), request.direct());
    }
    if (condition instanceof Condition.RemoteIp ip) {
      return request -> in(ip.subnet(), request.remote());
    }
    if (condition instanceof Condition.Claim claim) {
      Predicate<String> test = Texts.compile(claim.match());
      return request -> Match.of(request.claims().matches(claim.path(), test, claim.listToo()));
    }
    // The name asked for in TLS is known of no request.
    return request -> Match.NONE;
  }

  /** On all readings, where there are any; else on some, where it holds on one of them at least. */
  private static Match readings(List<String> readings, Function<String, Match> test) {
    Match some = Match.NONE;
    Match all = readings.isEmpty() ? Match.NONE : Match.ALL;
    for (int i = 0; i < readings.size(); i++) {
      Match match = test.apply(readings.get(i));
      some = some.or(match);
      all = all.and(match);
    }
    return all == Match.NONE && some != Match.NONE ? Match.SOME : all;
  }

  private static Function<String, Match> compile(StringMatch match) {
    Predicate<String> test = Texts.compile(match);
    return text -> Match.of(test.test(text));
  }

  private static Test authenticated(@Nullable StringMatch name) {
    Predicate<String> test = name == null ? any -> true : Texts.compile(name);
    return request -> {
      String principal = request.principal();
      return Match.of(principal != null && test.test(principal));
    };
  }

  /** Envoy's HeaderMatcher: one that is missing is matched by nothing, but for its absence. */
  private static Test header(HeaderMatch match) {
    String name = match.name().toLowerCase(Locale.ROOT);
    Function<String, Match> test = compile(match.match());
    boolean wantsAbsence = match.invert() && match.match() instanceof StringMatch.Present;
    return request -> {
      List<String> values = values(request, name);
      if (values.isEmpty()) {
        if (!match.missingIsEmpty()) {
          return Match.of(wantsAbsence);
        }
        values = List.of("");
      }
      Match found = readings(values, test);
      return match.invert() ? found.not() : found;
    };
  }

  private static List<String> values(Arrived request, String name) {
    return switch (name) {
      case ":method" -> request.method();
      case ":scheme" -> List.of(request.scheme());
      case ":path" -> request.paths();
      case ":authority", "host" -> request.hosts();
      default -> request.header(name);
    };
  }

  private static int port(@Nullable InetSocketAddress address) {
    return address == null ? -1 : address.getPort();
  }

  private static @Nullable InetAddress address(@Nullable InetSocketAddress address) {
    return address == null ? null : address.getAddress();
  }

  // Where an address is not known, it may be any.
  private static Match in(Subnet subnet, @Nullable InetAddress address) {
    return address == null ? Match.SOME : Match.of(subnet.contains(address));
  }
}
