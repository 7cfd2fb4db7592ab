package dev.weft.runtime;

import dev.weft.engine.config.Places;
import dev.weft.engine.config.SpiffeId;
import dev.weft.engine.wire.Probes;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One setting of the agent.
 *
 * @param name of the system property; the variable is {@link #variable}
 * @param expected what a value looks like, for messages and for docs/settings.md
 * @param initial the value when nothing is set, as it would be written; empty: none
 * @param parser throws {@link IllegalArgumentException} for anything but the expected
 * @param instead what is taken when the value is wrong, as it would be written
 */
record Setting<T>(
    String name,
    String expected,
    String initial,
    String meaning,
    Parser<T> parser,
    String instead) {

  /** From text to value; of the empty text only where that is the default. */
  @FunctionalInterface
  interface Parser<T> {
    T parse(String text);
  }

  /** What happens while nothing was ever received from the control service. */
  enum FailMode {
    OPEN,
    CLOSED
  }

  /** How much of the agent runs. */
  enum Mode {
    /** Everything. */
    MESH,
    /** Only the weaving: somebody else installs the engine. */
    WEAVE
  }

  /** Whether the socket layer may be bypassed. */
  enum NativeTransports {
    REFUSE,
    ALLOW
  }

  /** What becomes of {@code x-forwarded-client-cert}; by Envoy's names. */
  enum ClientCert {
    SANITIZE,
    SANITIZE_SET
  }

  /** What happens to connections that the registry's policy forbids. */
  enum EgressMode {
    ENFORCE,
    REPORT
  }

  enum LogLevel {
    DEBUG,
    INFO,
    WARN,
    OFF
  }

  static final Setting<Boolean> ENABLED =
      of(
          "weft.enabled",
          "true or false",
          "true",
          "Whether the agent does anything.",
          Setting::bool);

  static final Setting<Mode> MODE =
      of(
          "weft.mode",
          "mesh or weave",
          "mesh",
          "`weave` only weaves the libraries; for tests of adapters.",
          text -> constant(Mode.class, text));

  static final Setting<Optional<InetSocketAddress>> CONTROL =
      of(
          "weft.control",
          "host:port",
          "",
          "The control service. Without it the agent stays out of the application.",
          optional(Setting::address));

  static final Setting<Optional<String>> NAMESPACE =
      of(
          "weft.namespace",
          "a DNS label",
          "",
          "The workload's namespace; else `k8s.namespace.name` or `service.namespace` of"
              + " `OTEL_RESOURCE_ATTRIBUTES`, else that of the join token, else `default`.",
          optional(Setting::label));

  static final Setting<Map<String, String>> LABELS =
      of(
          "weft.labels",
          "key=value, comma-separated",
          "",
          "Labels of the workload, besides `app` (the service's name) and `version`"
              + " (`service.version` of `OTEL_RESOURCE_ATTRIBUTES`).",
          Setting::pairs);

  static final Setting<Optional<String>> LOCALITY =
      of(
          "weft.locality",
          "region/zone/subzone",
          "",
          "Where the workload runs, for rules that prefer what is near; parts at the end may be"
              + " missing. Else `cloud.region` and `cloud.availability_zone` of"
              + " `OTEL_RESOURCE_ATTRIBUTES`.",
          optional(Setting::locality));

  static final Setting<Optional<String>> ADVERTISE_ADDRESS =
      of(
          "weft.advertise.address",
          "an IP address",
          "",
          "Where others reach this workload; else the address from which the control service is"
              + " reached.",
          optional(Setting::ip));

  static final Setting<Optional<String>> TOKEN =
      of(
          "weft.token",
          "a join token",
          "",
          "Gives the workload an identity: what `weftctl token` printed. `weft.control` is the"
              + " control service's TLS port then. A file keeps it out of process lists.",
          optional(text -> text));

  static final Setting<Optional<Path>> TOKEN_FILE =
      of(
          "weft.token.file",
          "a file",
          "",
          "The same, in a file, which is read anew at each use; or a Kubernetes service account's"
              + " projected token, with `weft.root` besides. `weft.token` goes over it.",
          optional(Path::of));

  static final Setting<String> TRUST_DOMAIN =
      of(
          "weft.trust.domain",
          "lower case letters, digits, dots and dashes",
          "cluster.local",
          "The trust domain of the mesh's identities, where a service account's token proves who"
              + " this is; a join token says it itself.",
          Setting::trustDomain);

  static final Setting<Optional<Path>> ROOT =
      of(
          "weft.root",
          "a PEM file",
          "",
          "The root certificates that the control service's must lead to; else the one that the"
              + " join token names.",
          optional(Path::of));

  static final Setting<Set<Integer>> OWN_TLS_PORTS =
      of(
          "weft.own.tls.ports",
          "ports, comma-separated",
          "",
          "Ports at which the application speaks TLS of its own: STRICT lets that pass there, and"
              + " only there.",
          Setting::ports);

  static final Setting<Set<Integer>> UNMESHED_PORTS =
      of(
          "weft.unmeshed.ports",
          "ports, comma-separated",
          "",
          "Ports of the application that are none of the mesh's, whatever comes in there.",
          Setting::ports);

  static final Setting<Set<Integer>> SERVER_FIRST_PORTS =
      of(
          "weft.server.first.ports",
          "ports, comma-separated",
          "",
          "Ports at which the application speaks first, as MySQL and SMTP do: it does not wait"
              + " there for its caller's first bytes, where plaintext is allowed.",
          Setting::ports);

  static final Setting<EgressMode> EGRESS_MODE =
      of(
          "weft.egress.mode",
          "enforce or report",
          "enforce",
          "What happens to connections that `REGISTRY_ONLY` forbids: `enforce` refuses them,"
              + " `report` makes them, counts them and shows them in `weftctl status`.",
          text -> constant(EgressMode.class, text));

  static final Setting<List<String>> EGRESS_ALLOW =
      of(
          "weft.egress.allow",
          "addresses, blocks or host names, each maybe with a port, comma-separated",
          "",
          "Where connections may go under `REGISTRY_ONLY` although the registry does not know it:"
              + " `10.0.0.0/8, 192.0.2.7:5432, [2001:db8::]/32, *.example.com:443`.",
          Setting::places);
  static final Setting<Probes> PROBES =
      of(
          "weft.probes",
          "PORT/PATH, comma-separated",
          "",
          "Health checks that are answered in plaintext whatever is demanded of callers, as"
              + " `8080/healthz`: a `GET` of exactly that path at a port of a woven server. For"
              + " gRPC: `9090/grpc.health.v1.Health/Check`.",
          Setting::probes);

  static final Setting<Duration> PLAINTEXT_WINDOW =
      of(
          "weft.plaintext.window",
          "a duration such as 60m",
          "60m",
          "How long who has called in plaintext, and does not any more, is in `weftctl status"
              + " --plaintext`.",
          Setting::duration);

  static final Setting<FailMode> FAIL_MODE =
      new Setting<>(
          "weft.fail.mode",
          "open or closed",
          "open",
          "What happens while nothing was ever received from the control service: `open` lets"
              + " requests pass unmanaged, `closed` refuses them with 503.",
          text -> constant(FailMode.class, text),
          "closed");

  static final Setting<Duration> START_TIMEOUT =
      of(
          "weft.start.timeout",
          "a duration such as 10s",
          "10s",
          "How long after the start requests wait for the first configuration.",
          Setting::duration);

  static final Setting<Duration> DRAIN_TIMEOUT =
      of(
          "weft.drain.timeout",
          "a duration such as 5s",
          "5s",
          "How long stopping waits for requests in flight, after the workload was withdrawn.",
          Setting::duration);

  static final Setting<Duration> HANDSHAKE_TIMEOUT =
      of(
          "weft.handshake.timeout",
          "a duration such as 10s",
          "10s",
          "How long a connection may take to the end of its TLS handshake; on ports where mutual"
              + " TLS is required, also how long a client may be silent.",
          Setting::duration);

  static final Setting<NativeTransports> NATIVE_TRANSPORTS =
      of(
          "weft.native.transports",
          "refuse or allow",
          "refuse",
          "Whether libraries may load native transports (Netty's epoll, io_uring, kqueue), whose"
              + " connections bypass mutual TLS. `refuse` makes them use the JDK's sockets; where"
              + " mutual TLS is required, nothing is served once one was loaded.",
          text -> constant(NativeTransports.class, text));

  static final Setting<InetSocketAddress> METRICS_ADDRESS =
      of(
          "weft.metrics.address",
          "host:port",
          "127.0.0.1:15020",
          "Where Prometheus metrics are served (`/stats/prometheus`); any free port when this one"
              + " is taken.",
          Setting::address);

  static final Setting<Double> TRACE_SAMPLING =
      of(
          "weft.trace.sampling",
          "a percentage, 0 to 100",
          "100",
          "Share of the traces begun here that are recorded; a caller's decision is kept.",
          Setting::percentage);

  static final Setting<List<String>> CONTEXT_HEADERS =
      of(
          "weft.context.headers",
          "header names, comma-separated",
          "",
          "Headers carried from an inbound request to the outbound ones it causes, besides those"
              + " that routing rules match on.",
          Setting::names);

  static final Setting<List<String>> DEADLINE_HEADER =
      of(
          "weft.deadline.header",
          "the name of a header",
          "",
          "In which an inbound request says how many milliseconds its caller still waits, as"
              + " `x-envoy-expected-rq-timeout-ms`: outbound requests made for it end by then, and"
              + " say so in turn. `grpc-timeout` counts likewise. Empty: neither does.",
          Setting::atMostOneName);

  static final Setting<Set<SpiffeId>> GATEWAYS =
      of(
          "weft.gateways",
          "SPIFFE ids, comma-separated",
          "",
          "Gateways of the mesh. What they say of requests from outside (`x-forwarded-client-cert`,"
              + " `x-envoy-*`) reaches the application; of anybody else it is removed.",
          Setting::identities);

  static final Setting<ClientCert> FORWARD_CLIENT_CERT =
      of(
          "weft.forward.client.cert",
          "sanitize or sanitize_set",
          "sanitize",
          "Whether the application is told who the caller has proved to be, as"
              + " `x-forwarded-client-cert: By=OWN;URI=CALLER` (`sanitize_set`). What callers send"
              + " of that name is removed in any case, unless `weft.gateways` names them.",
          text -> constant(ClientCert.class, text));

  static final Setting<LogLevel> LOG_LEVEL =
      of(
          "weft.log.level",
          "debug, info, warn or off",
          "info",
          "What the agent prints on standard error.",
          text -> constant(LogLevel.class, text));

  /** Every setting, in the order of the documentation. */
  static final List<Setting<?>> ALL =
      List.of(
          ENABLED,
          CONTROL,
          NAMESPACE,
          LABELS,
          LOCALITY,
          ADVERTISE_ADDRESS,
          TOKEN,
          TOKEN_FILE,
          TRUST_DOMAIN,
          ROOT,
          OWN_TLS_PORTS,
          UNMESHED_PORTS,
          SERVER_FIRST_PORTS,
          EGRESS_MODE,
          EGRESS_ALLOW,
          PROBES,
          PLAINTEXT_WINDOW,
          FAIL_MODE,
          START_TIMEOUT,
          DRAIN_TIMEOUT,
          HANDSHAKE_TIMEOUT,
          NATIVE_TRANSPORTS,
          METRICS_ADDRESS,
          TRACE_SAMPLING,
          CONTEXT_HEADERS,
          DEADLINE_HEADER,
          GATEWAYS,
          FORWARD_CLIENT_CERT,
          LOG_LEVEL,
          MODE);

  private static <T> Setting<T> of(
      String name, String expected, String initial, String meaning, Parser<T> parser) {
    return new Setting<>(name, expected, initial, meaning, parser, initial);
  }

  /** The environment variable: upper case, dots and dashes as underscores. */
  String variable() {
    return variable(name);
  }

  static String variable(String name) {
    return name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** Nothing when nothing is set. */
  private static <T> Parser<Optional<T>> optional(Parser<T> parser) {
    return text -> text.isEmpty() ? Optional.empty() : Optional.of(parser.parse(text));
  }

  private static Boolean bool(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String text) {
    return Enum.valueOf(type, text.toUpperCase(Locale.ROOT));
  }

  /** Unresolved: looking a name up is not for reading settings. */
  private static InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    String host = text.substring(0, Math.max(colon, 0));
    int port = Integer.parseInt(text.substring(colon + 1));
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.contains(":")) {
      throw new IllegalArgumentException(text);
    }
    if (host.isBlank() || port < 0 || port > 65535) {
      throw new IllegalArgumentException(text);
    }
    return InetSocketAddress.createUnresolved(host, port);
  }

  private static String label(String text) {
    if (!text.matches("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")) {
      throw new IllegalArgumentException(text);
    }
    return text;
  }

  private static String trustDomain(String text) {
    if (!text.matches("[a-z0-9][-._a-z0-9]{0,253}")) {
      throw new IllegalArgumentException(text);
    }
    return text;
  }

  private static String locality(String text) {
    if (!text.matches("[A-Za-z0-9._-]{1,63}(/[A-Za-z0-9._-]{1,63}){0,2}")) {
      throw new IllegalArgumentException(text);
    }
    return text;
  }

  private static String ip(String text) {
    if (!text.matches("[0-9.]+|\\[?[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\\]?")) {
      throw new IllegalArgumentException(text);
    }
    return text.replace("[", "").replace("]", "");
  }

  private static Duration duration(String text) {
    java.util.regex.Matcher parts =
        java.util.regex.Pattern.compile("([0-9]{1,9})(ms|s|m)").matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(text);
    }
    long amount = Long.parseLong(parts.group(1));
    return switch (parts.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      default -> Duration.ofMinutes(amount);
    };
  }

  private static Double percentage(String text) {
    double value = Double.parseDouble(text);
    if (!(value >= 0 && value <= 100)) {
      throw new IllegalArgumentException(text);
    }
    return value;
  }

  private static Set<Integer> ports(String text) {
    Set<Integer> ports = new TreeSet<>();
    if (text.isEmpty()) {
      return Set.of();
    }
    for (String each : text.split(",")) {
      ports.add(port(each.strip()));
    }
    return Set.copyOf(ports);
  }

  private static List<String> places(String text) {
    List<String> places = new ArrayList<>();
    for (String each : text.isEmpty() ? new String[0] : text.split(",")) {
      Places.builder().written(each.strip());
      places.add(each.strip());
    }
    return places;
  }

  private static int port(String text) {
    int port = Integer.parseInt(text);
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException(text);
    }
    return port;
  }

  private static Probes probes(String text) {
    Map<Integer, Set<String>> targets = new TreeMap<>();
    for (String each : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      String probe = each.strip();
      int slash = probe.indexOf('/');
      if (slash < 0 || !probe.matches("[0-9]+/[!-~&&[^#]]*")) {
        throw new IllegalArgumentException(text);
      }
      targets
          .computeIfAbsent(port(probe.substring(0, slash)), port -> new HashSet<>())
          .add(probe.substring(slash));
    }
    return new Probes(targets);
  }

  private static List<String> names(String text) {
    List<String> names = new ArrayList<>();
    if (text.isEmpty()) {
      return List.of();
    }
    for (String name : text.split(",")) {
      if (!name.strip().matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
        throw new IllegalArgumentException(text);
      }
      names.add(name.strip().toLowerCase(Locale.ROOT));
    }
    return List.copyOf(names);
  }

  private static List<String> atMostOneName(String text) {
    List<String> names = names(text);
    if (names.size() > 1) {
      throw new IllegalArgumentException(text);
    }
    return names;
  }

  private static Set<SpiffeId> identities(String text) {
    Set<SpiffeId> identities = new HashSet<>();
    if (!text.isEmpty()) {
      for (String each : text.split(",", -1)) {
        identities.add(SpiffeId.parse(each.strip()));
      }
    }
    return identities;
  }

  private static Map<String, String> pairs(String text) {
    Map<String, String> pairs = new TreeMap<>();
    if (text.isEmpty()) {
      return Map.of();
    }
    for (String pair : text.split(",")) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(text);
      }
      pairs.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
    }
    return pairs;
  }
}
