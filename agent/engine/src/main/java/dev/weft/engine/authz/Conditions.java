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

/** Conditions, compiled: for requests, or for connections that bring none. */
final class Conditions {

  private Conditions() {}

  /** A condition on one of what is judged. */
  interface Test<S extends Connected> {
    Match of(S subject);
  }

  /** Makes the conditions that consist of no others. */
  interface Leaves<S extends Connected> {
    Test<S> of(Condition condition);
  }

  /** That one of them holds; none: never. */
  static <S extends Connected> Test<S> oneOf(List<Condition> conditions, Leaves<S> leaves) {
    List<Test<S>> tests = tests(conditions, leaves);
    if (tests.size() == 1) {
      return tests.get(0);
    }
    return subject -> {
      Match match = Match.NONE;
      for (int i = 0; i < tests.size() && match != Match.ALL; i++) {
        match = match.or(tests.get(i).of(subject));
      }
      return match;
    };
  }

  private static <S extends Connected> List<Test<S>> tests(
      List<Condition> conditions, Leaves<S> leaves) {
    return conditions.stream().map(each -> compile(each, leaves)).toList();
  }

  private static <S extends Connected> Test<S> all(List<Condition> conditions, Leaves<S> leaves) {
    List<Test<S>> tests = tests(conditions, leaves);
    if (tests.size() == 1) {
      return tests.get(0);
    }
    return subject -> {
      Match match = Match.ALL;
      for (int i = 0; i < tests.size() && match != Match.NONE; i++) {
        match = match.and(tests.get(i).of(subject));
      }
      return match;
    };
  }

  private static <S extends Connected> Test<S> compile(Condition condition, Leaves<S> leaves) {
    if (condition instanceof Condition.Any) {
      return subject -> Match.ALL;
    }
    if (condition instanceof Condition.All all) {
      return all(all.conditions(), leaves);
    }
    if (condition instanceof Condition.OneOf oneOf) {
      return oneOf(oneOf.conditions(), leaves);
    }
    if (condition instanceof Condition.Not not) {
      Test<S> test = compile(not.condition(), leaves);
      return subject -> test.of(subject).not();
    }
    return leaves.of(condition);
  }

  /** Those on who the caller is; whatever else is looked at may hold or not. */
  static <S extends Connected> Test<S> onCaller(Condition condition) {
    return condition instanceof Condition.Authenticated authenticated
        ? authenticated(authenticated.name())
        : subject -> Match.SOME;
  }

  /** Those on connections; whatever is looked at of requests may hold or not. */
  static <S extends Connected> Test<S> onConnection(Condition condition) {
    if (condition instanceof Condition.Authenticated authenticated) {
      return authenticated(authenticated.name());
    }
    if (condition instanceof Condition.DestinationPort port) {
      return subject -> Match.of(port.port() == port(subject.local()));
    }
    if (condition instanceof Condition.DestinationIp ip) {
      return subject -> in(ip.subnet(), address(subject.local()));
    }
    if (condition instanceof Condition.DirectRemoteIp ip) {
      return subject -> in(ip.subnet(), subject.direct());
    }
    if (condition instanceof Condition.RemoteIp ip) {
      return subject -> in(ip.subnet(), subject.remote());
    }
    if (condition instanceof Condition.ServerName name) {
      Predicate<String> test = Texts.compile(name.match());
      return subject -> Match.of(test.test(subject.serverName()));
    }
    return subject -> Match.SOME;
  }

  static Test<Arrived> onRequest(Condition condition) {
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
    if (condition instanceof Condition.Claim claim) {
      Predicate<String> test = Texts.compile(claim.match());
      return request -> Match.of(request.claims().matches(claim.path(), test, claim.listToo()));
    }
    return onConnection(condition);
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

  private static <S extends Connected> Test<S> authenticated(@Nullable StringMatch name) {
    Predicate<String> test = name == null ? any -> true : Texts.compile(name);
    return subject -> {
      String principal = subject.principal();
      return Match.of(principal != null && test.test(principal));
    };
  }

  /** Envoy's HeaderMatcher: one that is missing is matched by nothing, but for its absence. */
  private static Test<Arrived> header(HeaderMatch match) {
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
