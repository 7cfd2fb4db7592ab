package dev.weft.e2e.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random configurations of three services: each has some of the fields of VirtualService and
 * DestinationRule, alone and combined.
 */
final class Configurations {

  static final String REVIEWS = "reviews.demo.svc.cluster.local";
  static final String RATINGS = "ratings.demo.svc.cluster.local";
  static final String DETAILS = "details.demo.svc.cluster.local";

  /** Other ones than those that istiod recorded: both tests may run at a time. */
  static final List<Integer> PORTS = List.of(18201, 18202, 18203, 18211, 18212, 18221);

  private static final String SERVICE =
      """
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: %1$s, namespace: demo}
      spec:
        hosts: [%1$s.demo.svc.cluster.local]
        location: MESH_INTERNAL
        resolution: STATIC
        exportTo: ['*']
        ports: [{number: 80, name: http, protocol: HTTP}]
        endpoints:
      %2$s---
      """;

  private static final String SELECTED =
      """
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: details, namespace: demo}
      spec:
        hosts: [details.demo.svc.cluster.local]
        location: MESH_INTERNAL
        resolution: STATIC
        ports: [{number: 80, name: http, protocol: HTTP}]
        workloadSelector: {labels: {app: details}}
      ---
      apiVersion: networking.istio.io/v1
      kind: WorkloadEntry
      metadata: {name: details-1, namespace: demo}
      spec: {address: 127.0.0.1, ports: {http: 18221}, labels: {app: details}, weight: 2}
      ---
      """;

  /** What the client's workload has of its own; the marker must stay in sight. */
  private static final List<String> OWN =
      List.of(
          """
          apiVersion: networking.istio.io/v1
          kind: DestinationRule
          metadata: {name: of-the-client, namespace: demo}
          spec:
            host: reviews
            workloadSelector: {matchLabels: {app: client}}
            subsets:
            - {name: v1, labels: {version: v3}}
          ---
          """,
          """
          apiVersion: networking.istio.io/v1
          kind: DestinationRule
          metadata: {name: of-others, namespace: demo}
          spec:
            host: reviews
            workloadSelector: {matchLabels: {app: others}}
            subsets:
            - {name: v1, labels: {version: v3}}
          ---
          """,
          """
          apiVersion: networking.istio.io/v1
          kind: Sidecar
          metadata: {name: of-the-client, namespace: demo}
          spec:
            workloadSelector: {labels: {app: client}}
            egress:
            - port: {number: 80, protocol: HTTP, name: http}
              hosts: [oracle/*, ./*, ~./nobody.demo.svc.cluster.local]
            - hosts: ['*/*']
            outboundTrafficPolicy: {mode: REGISTRY_ONLY}
          ---
          """,
          """
          apiVersion: v1
          kind: ConfigMap
          metadata: {name: istio, namespace: istio-system}
          data:
            mesh: |
              defaultHttpRetryPolicy: {attempts: 3, retryOn: 'gateway-error,reset', backoff: 5ms}
              outboundTrafficPolicy: {mode: REGISTRY_ONLY}
              connectTimeout: 4s
          ---
          """);

  private static final List<String> URIS =
      List.of(
          "{exact: /a}",
          "{exact: /a/b}",
          "{prefix: /a}",
          "{prefix: /api/v1}",
          "{prefix: /}",
          "{prefix: /A%20b}",
          "{regex: '/items/[0-9]+'}",
          "{regex: '/(v1|v2)/.*'}",
          "{regex: '.*'}");

  private static final List<String> TEXTS =
      List.of(
          "{exact: jason}",
          "{exact: ''}",
          "{prefix: ad}",
          "{regex: 'v[0-9]'}",
          "{}",
          "{exact: 'a,b'}");

  private static final List<String> CONDITIONS =
      List.of(
          "uri: %u",
          "name: first, uri: %u, ignoreUriCase: true",
          "uri: %u, method: {exact: POST}",
          "headers: {end-user: %t}",
          "headers: {end-user: %t, x-b: %t}",
          "withoutHeaders: {end-user: %t}",
          "uri: %u, headers: {x-a: %t}, withoutHeaders: {x-b: %t}",
          "queryParams: {q: {exact: '1'}}",
          "uri: %u, queryParams: {q: {exact: ''}}",
          "queryParams: {q: {prefix: x}, r: {regex: '[a-z]+'}}",
          "authority: {prefix: rev}",
          "scheme: {exact: http}",
          "port: 80, uri: %u",
          "method: {regex: 'GET|PUT'}",
          "uri: %u, sourceLabels: {app: client}",
          "uri: %u, sourceNamespace: demo",
          "uri: %u, sourceNamespace: elsewhere",
          "uri: %u, gateways: [mesh]");

  private static final List<String> EXTRAS =
      List.of(
          "timeout: 400ms",
          "timeout: 10s",
          "retries: {attempts: 0}",
          "retries: {}",
          "retries: {attempts: 2, retryOn: 5xx}",
          "retries: {attempts: 3, retryOn: 'gateway-error,reset'}",
          "retries: {attempts: 1, retryOn: 'retriable-4xx,429'}",
          "retries: {attempts: 2, perTryTimeout: 400ms, retryOn: '5xx,reset'}",
          "retries: {attempts: 4, backoff: 5ms, retryOn: 'reset,503'}",
          "retries: {attempts: 2, retryIgnorePreviousHosts: false, retryRemoteLocalities: true,"
              + " retryOn: '503'}",
          "rewrite: {uri: /rewritten}",
          "rewrite: {uri: /}",
          "rewrite: {authority: inner.example}",
          "rewrite: {uri: '/x?y', authority: 'inner.example:8080'}",
          "rewrite: {uriRegexRewrite: {match: '/([^/]+)/?(.*)', rewrite: '/\\2/\\1'}}",
          "headers: {request: {set: {x-s: one, x-a: two}, add: {x-b: three}, remove: [end-user]}}",
          "headers: {request: {set: {host: renamed.example}}}",
          "headers: {response: {set: {x-backend: hidden}, add: {x-twice: '3'}, remove:"
              + " [content-type]}}",
          "headers: {request: {add: {x-a: 'a,b'}}, response: {remove: [x-twice]}}",
          "fault: {abort: {httpStatus: 418, percentage: {value: 100}}}",
          "fault: {abort: {httpStatus: 503, percentage: {value: 30}}}",
          "fault: {abort: {grpcStatus: UNAVAILABLE, percentage: {value: 100}}}",
          "fault: {delay: {fixedDelay: 300ms, percentage: {value: 100}}}",
          "fault: {delay: {fixedDelay: 300ms, percentage: {value: 100}}, abort: {httpStatus: 400,"
              + " percentage: {value: 100}}}",
          "mirror: {host: ratings}",
          "mirrors: [{destination: {host: details}, percentage: {value: 100}}, {destination: {host:"
              + " ratings, subset: v1}}]",
          "mirror: {host: details}\n    mirrorPercentage: {value: 0}",
          "mirror: {host: details}\n    mirrorPercent: 100",
          "mirror: {host: details}\n    mirror_percent: 0",
          "corsPolicy: {allowOrigin: ['https://a.example'], unmatchedPreflights: IGNORE}",
          "corsPolicy: {allowOrigins: [{exact: 'https://a.example'}, {regex:"
              + " 'https://.*[.]b[.]example'}], allowMethods: [GET, PUT], allowHeaders: [x-a],"
              + " exposeHeaders: [x-backend], maxAge: 1h, allowCredentials: true}");

  private static final List<String> INSTEAD =
      List.of(
          "redirect: {uri: /elsewhere}",
          "redirect: {authority: other.example, redirectCode: 307}",
          "redirect: {scheme: https, port: 8443}",
          "redirect: {authority: x.example, derivePort: FROM_REQUEST_PORT}",
          "redirect: {prefixRewrite: /q, redirectCode: 303}",
          "redirect: {uri: '/p?x=y', authority: other.example, redirectCode: 308}",
          "redirect: {uri: '%PREFIX()%/new', redirectCode: 302}",
          "directResponse: {status: 200, body: {string: direct}}",
          "directResponse: {status: 503}",
          "directResponse: {status: 418, body: {string: 'a \"teapot\"'}}");

  private static final List<String> POLICIES =
      List.of(
          "loadBalancer: {simple: ROUND_ROBIN}",
          "loadBalancer: {simple: LEAST_REQUEST}",
          "loadBalancer: {simple: RANDOM}",
          "loadBalancer: {consistentHash: {httpHeaderName: x-a}}",
          "loadBalancer: {consistentHash: {httpQueryParameterName: q, maglev: {tableSize: 101}}}",
          "loadBalancer: {consistentHash: {httpHeaderName: end-user, ringHash: {minimumRingSize:"
              + " 64}}}",
          "loadBalancer: {consistentHash: {useSourceIp: true}}",
          "loadBalancer: {consistentHash: {httpCookie: {name: user}}}",
          "loadBalancer: {consistentHash: {httpCookie: {name: user, path: /a, ttl: 60s, attributes:"
              + " [{name: SameSite, value: Lax}]}}}",
          "connectionPool: {tcp: {connectTimeout: 2s, maxConnections: 100}}",
          "connectionPool: {http: {http1MaxPendingRequests: 100, http2MaxRequests: 1000,"
              + " maxRetries: 10}}",
          "retryBudget: {percent: 100, minRetryConcurrency: 10, budgetInterval: 10s}");

  private final Random random;

  Configurations(Random random) {
    this.random = random;
  }

  /** The next one, as a file's text. */
  String next() {
    StringBuilder yaml = new StringBuilder();
    yaml.append(service("reviews", 18201, 3));
    yaml.append(service("ratings", 18211, 2)).append(SELECTED);
    yaml.append(rule("reviews", true)).append(rule("ratings", random.nextBoolean()));
    for (String own : OWN) {
      yaml.append(random.nextInt(4) == 0 ? own : "");
    }
    yaml.append(virtualService());
    return yaml.toString();
  }

  private static String service(String name, int port, int versions) {
    StringBuilder endpoints = new StringBuilder();
    for (int i = 0; i < versions; i++) {
      endpoints.append(
          "  - {address: 127.0.0.1, ports: {http: %d}, labels: {app: %s, version: v%d}}%n"
              .formatted(port + i, name, i + 1));
    }
    return SERVICE.formatted(name, endpoints);
  }

  private String rule(String host, boolean hasPolicy) {
    String policy =
        hasPolicy && random.nextInt(3) > 0 ? "  trafficPolicy: {" + one(POLICIES) + "}\n" : "";
    String own = random.nextInt(4) == 0 ? ", trafficPolicy: {" + one(POLICIES) + "}" : "";
    return """
    apiVersion: networking.istio.io/v1
    kind: DestinationRule
    metadata: {name: %1$s, namespace: demo}
    spec:
      host: %1$s
      exportTo: [demo]
    %2$s  subsets:
      - {name: v1, labels: {version: v1}%3$s}
      - {name: v2, labels: {version: v2}}
      - {name: all, labels: {app: %1$s}%3$s}
      - {name: nobody, labels: {version: v9}}
    ---
    """
        .formatted(host, policy, own);
  }

  private String virtualService() {
    StringBuilder text =
        new StringBuilder(
            """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: reviews, namespace: demo}
            spec:
              hosts: [reviews]
              %shttp:
            """
                .formatted(random.nextBoolean() ? "gateways: [mesh]\n  exportTo: ['*']\n  " : ""));
    int routes = 1 + random.nextInt(4);
    for (int i = 0; i < routes; i++) {
      route(text, "r" + i, i < routes - 1 || random.nextInt(3) == 0);
    }
    return text.toString();
  }

  private void route(StringBuilder text, String name, boolean isConditional) {
    text.append("  - name: ").append(name).append('\n');
    List<String> blocks = new ArrayList<>();
    if (isConditional) {
      for (int block = random.nextInt(3); block >= 0; block -= 2) {
        blocks.add("{" + filled(one(CONDITIONS)) + "}");
      }
      text.append("    match: [").append(String.join(", ", blocks)).append("]\n");
    }
    if (random.nextInt(6) == 0) {
      text.append("    ").append(instead(blocks)).append('\n');
      return;
    }
    text.append("    route: [").append(destinations()).append("]\n");
    List<String> extras = new ArrayList<>();
    for (int extra = random.nextInt(4); extra > 0; extra--) {
      String next = one(EXTRAS);
      String field = next.substring(0, next.indexOf(':')).replaceFirst("s$", ""); // mirror, mirrors
      if (extras.stream().noneMatch(it -> it.startsWith(field)) && !contradicts(next, extras)) {
        extras.add(next);
      }
    }
    extras.forEach(extra -> text.append("    ").append(extra).append('\n'));
  }

  /** A prefix is rewritten only where one is matched. */
  private String instead(List<String> blocks) {
    String instead = one(INSTEAD);
    boolean isOther =
        blocks.stream().anyMatch(block -> block.matches(".*uri: \\{(exact|regex):.*"));
    return isOther && instead.contains("prefixRewrite") ? instead(blocks) : instead;
  }

  /** What Istio refuses: an authority that is set twice. */
  private static boolean contradicts(String next, List<String> others) {
    return isOfAuthority(next) && others.stream().anyMatch(Configurations::isOfAuthority);
  }

  private static boolean isOfAuthority(String field) {
    return field.contains("authority:") || field.contains("host: renamed");
  }

  private String destinations() {
    return switch (random.nextInt(9)) {
      case 0 -> "{destination: {host: reviews}}";
      case 1 -> "{destination: {host: reviews, subset: all}}";
      case 2 ->
          "{destination: {host: reviews, subset: v1}, weight: 80},"
              + " {destination: {host: reviews, subset: v2}, weight: 20}";
      case 3 ->
          "{destination: {host: reviews, subset: v1}, weight: 1, headers: {request: {set: {x-w:"
              + " a}}, response: {add: {x-w: a}}}}, {destination: {host: ratings}, weight: 2},"
              + " {destination: {host: details, port: {number: 80}}, weight: 0}";
      case 4 -> "{destination: {host: reviews, subset: missing}}";
      case 5 -> "{destination: {host: reviews, subset: nobody}}";
      case 6 -> "{destination: {host: ratings}, headers: {request: {remove: [x-a]}}}";
      case 7 -> "{destination: {host: nowhere.example}}";
      default -> "{destination: {host: reviews, subset: v2}}";
    };
  }

  private String filled(String condition) {
    String text = condition;
    while (text.contains("%u")) {
      text = text.replaceFirst("%u", one(URIS));
    }
    while (text.contains("%t")) {
      text = text.replaceFirst("%t", one(TEXTS));
    }
    return text;
  }

  private String one(List<String> of) {
    return of.get(random.nextInt(of.size()));
  }
}
