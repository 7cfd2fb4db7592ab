package dev.weft.control.config.istio;

import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.config.schema.Syntax;
import dev.weft.control.config.yaml.Excerpt;
import dev.weft.control.model.ExtensionProvider;
import dev.weft.control.model.ExtensionProvider.Protocol;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.Fqdn;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.ServiceName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads those of MeshConfig's {@code extensionProviders} that authorize requests. */
final class ProviderReader {

  private static final String GRPC = "envoyExtAuthzGrpc";
  private static final String HTTP = "envoyExtAuthzHttp";

  /** Istio's: more than anybody waits. */
  private static final Duration USUAL_TIMEOUT = Duration.ofMinutes(10);

  private static final int FORBIDDEN = 403;
  private static final int LOWEST_STATUS = 200;
  private static final int HIGHEST_STATUS = 599;
  private static final int HIGHEST_PORT = 65_535;

  private ProviderReader() {}

  static List<ExtensionProvider> read(ObjectReader mesh, MeshSettings settings) {
    List<ExtensionProvider> providers = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (ObjectReader each : mesh.objects("extensionProviders")) {
      String name = each.text("name");
      if (name.isEmpty()) {
        each.report(FindingCode.MISSING, "name", "is empty (expected: a name)");
      } else if (!names.add(name)) {
        each.report(
            FindingCode.INVALID, "name", Excerpt.of(name) + " twice (expected: each name once)");
      }
      if (each.has(GRPC)) {
        providers.add(provider(name, each.object(GRPC), settings, new Protocol.Grpc()));
      } else if (each.has(HTTP)) {
        ObjectReader http = each.object(HTTP);
        providers.add(provider(name, http, settings, http(http)));
      }
    }
    return providers;
  }

  private static ExtensionProvider provider(
      String name, ObjectReader read, MeshSettings settings, Protocol protocol) {
    String service = read.text("service");
    int slash = service.indexOf('/');
    String host = service.substring(slash + 1);
    Namespace namespace = namespace(read, service, slash);
    if (!Syntax.isHost(host) || host.contains("*")) {
      read.report(
          FindingCode.INVALID,
          "service",
          Excerpt.of(service) + " (expected: HOST or NAMESPACE/HOST, without a wildcard)");
    }
    Duration timeout = read.duration("timeout");
    return new ExtensionProvider(
        name,
        namespace,
        host(host, namespace, settings),
        port(read),
        timeout == null || timeout.isZero() ? USUAL_TIMEOUT : timeout,
        read.flag("failOpen"),
        status(read),
        read.has("includeRequestBodyInCheck"),
        protocol);
  }

  private static @Nullable Namespace namespace(ObjectReader read, String service, int slash) {
    if (slash < 0) {
      return null;
    }
    String namespace = service.substring(0, slash);
    if (Syntax.isHost(namespace) && !namespace.contains(".")) {
      return new Namespace(namespace);
    }
    read.report(
        FindingCode.INVALID,
        "service",
        Excerpt.of(service) + " (expected: HOST or NAMESPACE/HOST, without a wildcard)");
    return null;
  }

  /** A short name is one of the namespace that is written before it. */
  private static Fqdn host(String host, @Nullable Namespace namespace, MeshSettings settings) {
    return host.contains(".") || namespace == null
        ? new Fqdn(host)
        : new ServiceName(host, namespace).fqdn(settings.domain());
  }

  private static int port(ObjectReader read) {
    String written = read.text("port");
    int port = written.matches("[0-9]{1,5}") ? Integer.parseInt(written) : 0;
    if (port < 1 || port > HIGHEST_PORT) {
      read.report(
          FindingCode.INVALID,
          "port",
          Excerpt.of(written) + " (expected: a number from 1 to " + HIGHEST_PORT + ")");
    }
    return port;
  }

  private static int status(ObjectReader read) {
    String written = read.text("statusOnError");
    if (written.isEmpty()) {
      return FORBIDDEN;
    }
    int status = written.matches("[0-9]{3}") ? Integer.parseInt(written) : 0;
    if (status < LOWEST_STATUS || status > HIGHEST_STATUS) {
      read.report(
          FindingCode.INVALID,
          "statusOnError",
          Excerpt.of(written)
              + " (expected: a status from "
              + LOWEST_STATUS
              + " to "
              + HIGHEST_STATUS
              + ")");
    }
    return status;
  }

  private static Protocol.Http http(ObjectReader read) {
    String prefix = read.text("pathPrefix");
    if (!prefix.isEmpty() && !prefix.matches("/[!-~&&[^?#]]*")) {
      read.report(
          FindingCode.INVALID, "pathPrefix", Excerpt.of(prefix) + " (expected: a path, as /check)");
    }
    List<String> sent = new ArrayList<>(names(read, "includeHeadersInCheck"));
    sent.addAll(names(read, "includeRequestHeadersInCheck"));
    Map<String, String> added = new TreeMap<>();
    read.textsByKey("includeAdditionalHeadersInCheck")
        .forEach(
            (name, value) -> {
              boolean isText = value.chars().allMatch(c -> c >= ' ' && c < 0x7f);
              if (!HeadersReader.isHeaderName(name) || !isText) {
                read.report(
                    FindingCode.INVALID,
                    "includeAdditionalHeadersInCheck",
                    Excerpt.of(name) + " (expected: the name of a header, and printable text)");
              }
              added.put(name.toLowerCase(Locale.ROOT), value);
            });
    return new Protocol.Http(
        prefix,
        sent,
        added,
        names(read, "headersToUpstreamOnAllow"),
        names(read, "headersToDownstreamOnDeny"),
        names(read, "headersToDownstreamOnAllow"));
  }

  private static List<String> names(ObjectReader read, String field) {
    List<String> names = read.texts(field);
    for (String name : names) {
      String bare = name.startsWith("*") ? name.substring(1) : name.replaceFirst("\\*$", "");
      if (!HeadersReader.isHeaderName(bare) || bare.contains("*")) {
        read.report(
            FindingCode.INVALID,
            field,
            Excerpt.of(name) + " (expected: the name of a header, PREFIX* or *SUFFIX)");
      }
    }
    return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
  }
}
