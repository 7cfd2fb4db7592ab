package dev.weft.control.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.model.Finding;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.Severity;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each kind of bad input gives one error that names file, line, field, what was found and what was
 * expected.
 */
class BadInputTest {

  private static final String RULE =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata:
        name: reviews
      spec:
        hosts: [reviews]
        http:
        - route:
          - destination:
              host: reviews
            weight: 1
      """;
  private static final String POLICY =
      """
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: reviews}
      spec:
        host: reviews
        subsets:
        - name: v1
          labels: {version: v1}
      """;
  private static final String ENTRY =
      """
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: ext}
      spec:
        hosts: [api.example.com]
        ports: [{number: 443, name: https, protocol: TLS}]
        resolution: STATIC
        endpoints: [{address: 10.0.0.1}]
      """;
  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: reviews}
      spec:
        selector: {app: reviews}
        ports: [{name: http, port: 9080}]
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # Fields and types.
          weight: 1            | weight: -1 | 11 | weight: -1 (expected: >= 0)
          weight: 1            | weight: many | 11 | weight: the string "many" (expected: a number)
          weight: 1            | weight: "1" | 11 | weight: the string "1" (expected: a number)
          weight: 1            | weight: 1.5 | 11 | weight: 1.5 (expected: a whole number
          weight: 1            | weight: 9999999999 | 11 | weight: 9999999999 (expected: a whole number
          weight: 1            | wieght: 1 | 11 | wieght: unknown field (expected: weight)
          weight: 1            | cloud: 1 | 11 | cloud: unknown field (expected one of: destination, weight, headers)
          host: reviews        | host: re_views | 10 | host: re_views (expected: a host name
          host: reviews        | host: 1 | 10 | host: the number 1 (expected: a string; quote it)
          host: reviews        | subset: v1 | 9 | host: is missing (expected: a value)
          host: reviews        | host: '*' | 10 | host: * (expected: one host)
          hosts: [reviews]     | hosts: reviews | 6 | hosts: the string "reviews" (expected: a list)
          hosts: [reviews]     | hosts: ['*'] | 6 | hosts: * (expected: a host
          hosts: [reviews]     | hosts: [a.b, '*.b'] | 6 | hosts: a.b and *.b overlap
          hosts: [reviews]     | hosts: [a, b, a] | 6 | a.default.svc.cluster.local overlap
          http:                | https: | 7 | https: unknown field (expected: http)
          name: reviews        | nmae: reviews | 4 | nmae: unknown field (expected: name)
          name: reviews        | namespace: x | 3 | name: is missing
          spec:                | sepc: | 5 | sepc: unknown field (expected: spec)
          # Kinds and versions.
          istio.io/v1          | istio.io/v2 | 1 | apiVersion: networking.istio.io/v2 (expected: networking.istio.io/v1)
          istio.io/v1          | isto.io/v1 | 1 | apiVersion: networking.isto.io/v1 (expected: networking.istio.io/v1)
          VirtualService       | VirtualServise | 2 | kind: VirtualServise is not known in networking.istio.io (expected: VirtualService)
          kind: VirtualService | knid: VirtualService | 1 | kind: is missing
          # Routes.
          - route:             | - timeout: 0s\\n    route: | 8 | timeout: 0s (expected: >= 1ms)
          - route:             | - timeout: soon\\n    route: | 8 | timeout: soon (expected: a duration
          - route:             | - timeout: 5\\n    route: | 8 | timeout: the number 5 (expected: a string; quote it)
          - route:             | - redirect: {uri: /x}\\n    route: | 8 | redirect: set together with route
          - route:             | - delegate: {name: x}\\n    route: | 8 | delegate: set together with route
          - route:             | - fault: {}\\n    route: | 8 | fault: is empty (expected: abort or delay)
          - route:             | - retries: {attempts: -1}\\n    route: | 8 | attempts: -1 (expected: >= 0)
          - route:             | - retries: {attempts: 0, retryOn: 5xx}\\n    route: | 8 | retryOn: set together with attempts: 0
          - route:             | - retries: {attempts: 1, retryOn: sometimes}\\n    route: | 8 | retryOn: "sometimes" (expected:
          - route:             | - rewrite: {}\\n    route: | 8 | rewrite: is empty (expected: uri or authority)
          - route:             | - match: [{uri: {exact: /a, prefix: /b}}]\\n    route: | 8 | prefix: set together with exact
          - route:             | - match: [{uri: {regex: '('}}]\\n    route: | 8 | regex: ( is no RE2 expression
          - route:             | - match: [{uri: {prefix: ''}}]\\n    route: | 8 | prefix: is empty
          - route:             | - match: [{uri: /a}]\\n    route: | 8 | uri: the string "/a" (expected: an object)
          - route:             | - match: [{port: 70000}]\\n    route: | 8 | port: 70000 (expected: 1 to 65535)
          - route:             | - match: [{port: 4294967295}]\\n    route: | 8 | (expected: 1 to 65535)
          - route:             | - match: [{headers: {'a b': {exact: x}}}]\\n    route: | 8 | headers: "a b" (expected: a header name)
          - route:             | - match: [{headers: {'@request.auth.claims.sub': {exact: x}}}]\\n    route: | 8 | expected: only at gateways
          - route:             | - headers: {request: {remove: [host]}}\\n    route: | 8 | remove: "host" (expected: a header name)
          - route:             | - headers: {request: {set: {':path': /x}}}\\n    route: | 8 | set: ":path" (expected: a header name)
          - route:             | - headers: {response: {set: {host: x}}}\\n    route: | 8 | set: "host" (expected: a header name)
          - route:             | - headers: {request: {set: {a: "x\\u0001"}}}\\n    route: | 8 | set: a holds a control character
          - route:             | - headers: {request: {set: {a: 50%}}}\\n    route: | 8 | set: 50% (expected:
          - route:             | - headers: {request: {set: {host: a}}}\\n    rewrite: {authority: b}\\n    route: | 8 | the authority is set 2 times
          # Actions, faults, other origins, copies.
          - route:             | - name: r\\n    redirect: {}\\n  - route: | 9 | redirect: changes nothing
          - route:             | - redirect: {scheme: ftp}\\n  - route: | 8 | scheme: ftp (expected: http or https)
          - route:             | - redirect: {uri: /a, redirectCode: 304}\\n  - route: | 8 | redirectCode: 304 (expected: 301, 302
          - route:             | - redirect: {uri: /a, prefixRewrite: /b}\\n  - route: | 8 | prefixRewrite: set together with uri
          - route:             | - match: [{uri: {exact: /a}}]\\n    redirect: {prefixRewrite: /b}\\n  - route: | 9 | prefixRewrite: with a match of another kind
          - route:             | - redirect: {port: 70000}\\n  - route: | 8 | port: 70000 (expected: 1 to 65535)
          - route:             | - redirect: {port: 80, derivePort: FROM_REQUEST_PORT}\\n  - route: | 8 | derivePort: set together with port
          - route:             | - directResponse: {status: 99}\\n  - route: | 8 | status: 99 (expected: >= 200)
          - route:             | - directResponse: {status: 200, body: {bytes: '%%'}}\\n  - route: | 8 | bytes: %% (expected: base64)
          - route:             | - delegate: {}\\n  - route: | 8 | name: is missing (expected: a VirtualService)
          - route:             | - rewrite: {uriRegexRewrite: {match: '(a)', rewrite: 'b\\2'}}\\n    route: | 8 | rewrite: b\\2 (expected: groups \\0 to \\1)
          - route:             | - rewrite: {uriRegexRewrite: {match: '(a)'}}\\n    route: | 8 | uriRegexRewrite: is incomplete
          - route:             | - fault: {delay: {exponentialDelay: 1s}}\\n    route: | 8 | exponentialDelay: is not supported, as in Istio
          - route:             | - fault: {abort: {http2Error: x}}\\n    route: | 8 | http2Error: is not supported, as in Istio
          - route:             | - fault: {abort: {grpcStatus: BAD}}\\n    route: | 8 | grpcStatus: BAD (expected: one of OK, CANCELLED
          - route:             | - fault: {abort: {httpStatus: 500, percentage: {value: 101}}}\\n    route: | 8 | value: 101 (expected: 0, or 0.0001 to 100)
          - route:             | - corsPolicy: {allowMethods: [get]}\\n    route: | 8 | allowMethods: get (expected: a method of HTTP
          - route:             | - corsPolicy: {allowHeaders: [a b]}\\n    route: | 8 | allowHeaders: "a b" (expected: a header name)
          - route:             | - corsPolicy: {maxAge: 1500ms}\\n    route: | 8 | maxAge: PT1.5S (expected: whole seconds)
          - route:             | - corsPolicy: {allowOrigins: [{exact: ''}]}\\n    route: | 8 | allowOrigins[0]: is empty
          - route:             | - mirror: {host: a}\\n    mirrors: [{destination: {host: b}}]\\n    route: | 8 | mirror: set together with mirrors
          - route:             | - null\\n  - route: | 8 | http[0]: null (expected: an object)
          """)
  void rules(String find, String replace, int line, String message) {
    assertOneError(RULE, find, replace, line, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          host: reviews |  | 4 | host: is missing
          - name: v1    | - name: v1\\n  - name: v1 | 8 | name: v1 twice
          - name: v1    | - name: v_1 | 7 | name: v_1 (expected: letters
          version: v1   | version: 1 | 8 | labels[version]: the number 1 (expected: a string; quote it)
          version: v1   | 'a b': v1 | 8 | labels[a b]: (expected: a label name
          version: v1   | version: a b | 8 | labels[version]: a b (expected: at most 63
          subsets:      | trafficPolicy: {}\\n  subsets: | 6 | trafficPolicy: sets nothing (expected one of
          subsets:      | trafficPolicy: {loadBalancer: {simple: FAST}}\\n  subsets: | 6 | simple: FAST (expected: one of
          subsets:      | trafficPolicy: {loadBalancer: {simple: RANDOM, consistentHash: {useSourceIp: true}}}\\n  subsets: | 6 | set together with simple
          subsets:      | trafficPolicy: {loadBalancer: {consistentHash: {httpCookie: {name: a, attributes: [{name: S}, {name: S}]}}}}\\n  subsets: | 6 | name: S twice
          subsets:      | trafficPolicy: {loadBalancer: {consistentHash: {useSourceIp: true, httpHeaderName: a}}}\\n  subsets: | 6 | set together with
          subsets:      | trafficPolicy: {loadBalancer: {consistentHash: {useSourceIp: true, maglev: {tableSize: 65536}}}}\\n  subsets: | 6 | tableSize: 65536 (expected: a prime number
          subsets:      | trafficPolicy: {loadBalancer: {consistentHash: {useSourceIp: true, maglev: {}}}}\\n  subsets: | 6 | tableSize: 0 (expected: a prime number
          subsets:      | trafficPolicy: {loadBalancer: {consistentHash: {useSourceIp: true, maglev: {tableSize: 9223372036854775807}}}}\\n  subsets: | 6 | tableSize: 2147483647 (expected
          subsets:      | trafficPolicy: {loadBalancer: {consistentHash: {useSourceIp: true, minimumRingSize: 5, ringHash: {}}}}\\n  subsets: | 6 | minimumRingSize: set together with an algorithm
          subsets:      | trafficPolicy: {loadBalancer: {consistentHash: {useSourceIp: true, ringHash: {minimumRingSize: 8388609}}}}\\n  subsets: | 6 | minimumRingSize: 8388609 (expected: at most
          subsets:      | trafficPolicy: {outlierDetection: {consecutiveLocalOriginFailures: 3}}\\n  subsets: | 6 | consecutiveLocalOriginFailures: set without
          subsets:      | trafficPolicy: {outlierDetection: {maxEjectionPercent: 101}}\\n  subsets: | 6 | maxEjectionPercent: 101 (expected: <= 100)
          subsets:      | trafficPolicy: {loadBalancer: {warmup: {duration: 5s, aggression: 0}}}\\n  subsets: | 6 | aggression: 0
          subsets:      | trafficPolicy: {loadBalancer: {warmup: {}}}\\n  subsets: | 6 | duration: is missing
          subsets:      | trafficPolicy: {loadBalancer: {localityLbSetting: {distribute: [{from: eu, to: {eu: 90}}]}}}\\n  subsets: | 6 | shares of 90 % (expected: 100 %)
          subsets:      | trafficPolicy: {loadBalancer: {localityLbSetting: {distribute: [{from: eu, to: {eu: 0, us: 100}}]}}}\\n  subsets: | 6 | eu: 0 (expected: 1 to 100)
          subsets:      | trafficPolicy: {loadBalancer: {localityLbSetting: {distribute: [{from: eu, to: {'eu/*': 50, 'eu/a': 50}}]}}}\\n  subsets: | 6 | eu/* and eu/a overlap
          subsets:      | trafficPolicy: {loadBalancer: {localityLbSetting: {distribute: [{from: 'e*', to: {eu: 100}}]}}}\\n  subsets: | 6 | (expected: region/zone/subzone
          subsets:      | trafficPolicy: {loadBalancer: {localityLbSetting: {failover: [{from: eu, to: eu}]}}}\\n  subsets: | 6 | eu (expected: another region than from)
          subsets:      | trafficPolicy: {loadBalancer: {localityLbSetting: {failover: [{from: eu/a, to: us}]}}}\\n  subsets: | 6 | eu/a (expected: a region)
          subsets:      | trafficPolicy: {loadBalancer: {localityLbSetting: {distribute: [{from: eu, to: {eu: 100}}], failover: [{from: eu, to: us}]}}}\\n  subsets: | 6 | failover: set together with distribute
          subsets:      | trafficPolicy: {loadBalancer: {localityLbSetting: {failoverPriority: [topology.kubernetes.io/zone], failover: [{from: eu, to: us}]}}}\\n  subsets: | 6 | set together with failover
          subsets:      | trafficPolicy: {connectionPool: {tcp: {connectTimeout: -1s}}}\\n  subsets: | 6 | connectTimeout: -1s (expected: >= 1ms)
          subsets:      | trafficPolicy: {connectionPool: {}}\\n  subsets: | 6 | connectionPool: sets nothing
          subsets:      | trafficPolicy: {portLevelSettings: [{loadBalancer: {simple: RANDOM}}]}\\n  subsets: | 6 | port: is missing
          subsets:      | exportTo: ['*', a]\\n  subsets: | 6 | exportTo: * beside others (expected: alone)
          subsets:      | exportTo: [., default]\\n  subsets: | 6 | exportTo: default twice
          subsets:      | exportTo: ['a/b']\\n  subsets: | 6 | exportTo: a/b (expected: a namespace
          """)
  void policies(String find, String replace, int line, String message) {
    assertOneError(POLICY, find, replace == null ? "" : replace, line, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          [api.example.com]  | ['*'] | 5 | hosts: * (expected: a host
          [api.example.com]  | [] | 5 | hosts: is empty (expected: at least one)
          address: 10.0.0.1  | address: db.example.com | 8 | address: db.example.com (expected: an IP address)
          address: 10.0.0.1  | weight: 1 | 8 | address: is missing
          address: 10.0.0.1  | address: 10.0.0.1, ports: {x: 1} | 8 | ports: x (expected: the name of a port above)
          resolution: STATIC | resolution: NONE | 8 | endpoints: with resolution NONE
          resolution: STATIC | resolution: GUESS | 7 | resolution: GUESS (expected: one of NONE, STATIC, DNS
          resolution: STATIC | resolution: STATIC\\n  workloadSelector: {labels: {a: b}} | 8 | workloadSelector: set together with endpoints
          resolution: STATIC | resolution: DNS\\n  addresses: [10.0.0.0/8] | 8 | addresses: 10.0.0.0/8 with resolution DNS
          resolution: STATIC | resolution: STATIC\\n  addresses: [10.0.0.0/33] | 8 | addresses: 10.0.0.0/33 (expected: an IP address or block)
          number: 443        | number: 0 | 6 | number: 0 (expected: a whole number from 1 to 65535)
          protocol: TLS      | protocol: SMTP | 6 | protocol: SMTP (expected: HTTP
          protocol: TLS}     | protocol: TLS}, {number: 443, name: b} | 6 | number: 443 twice
          """)
  void entries(String find, String replace, int line, String message) {
    assertOneError(ENTRY, find, replace, line, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          port: 9080  | port: 90800 | 6 | port: 90800 (expected: a whole number
          port: 9080  | targetPort: 80 | 6 | port: is missing
          port: 9080  | port: 9080, targetPort: -1 | 6 | targetPort: -1 (expected: a whole number
          port: 9080} | port: 9080}, {port: 9081} | 6 | name: "" (expected: a name of its own per port)
          selector:   | clusterIP: nowhere\\n  selector: | 5 | clusterIP: nowhere (expected: an IP address)
          selector:   | selectors: | 5 | selectors: unknown field (expected: selector)
          """)
  void services(String find, String replace, int line, String message) {
    assertOneError(SERVICE, find, replace, line, message);
  }

  @Test
  void weightsOfZero() {
    String yaml = RULE.replace("weight: 1", "weight: 0\n    - destination: {host: b}");
    assertThat(errors(yaml))
        .singleElement()
        .asString()
        .contains("rules.yaml:8", "route: weights sum to 0 (expected: 1 to 4294967295)");
  }

  @Test
  void securityKindsAreRefusedWhereIstiodRefusesThem() {
    String policy =
        """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: x}
        spec: {action: DENY}
        """;
    assertThat(errors(policy))
        .singleElement()
        .asString()
        .contains("rules: is missing with action DENY");
    String mtls =
        """
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: x}
        spec: {mtls: {mode: STRIKT}}
        """;
    assertThat(errors(mtls))
        .singleElement()
        .asString()
        .contains("mode: STRIKT (expected: one of UNSET");
  }

  @Test
  void whatIsNoResourceAtAll() {
    assertThat(errors("just text"))
        .singleElement()
        .asString()
        .contains("the string \"just text\" (expected: a resource)");
    assertThat(errors("- a\n- b\n"))
        .singleElement()
        .asString()
        .contains("a list (expected: a resource)");
    assertThat(errors("a: 1\n")).hasSize(2);
    assertThat(errors("apiVersion: v1\nkind: List\n"))
        .singleElement()
        .asString()
        .contains("items: is missing");
    assertThat(errors("")).isEmpty();
    assertThat(errors("---\n---\n# nothing\n")).isEmpty();
  }

  /** Whatever is cut out of or put into a file: an answer, never an exception, and quickly. */
  @Test
  void mutilatedFilesNeverBreakTheReader() {
    long seed = Long.getLong("weft.test.seed", System.nanoTime());
    System.out.println("BadInputTest: -Dweft.test.seed=" + seed);
    Random random = new Random(seed);
    String whole = String.join("---\n", RULE, POLICY, ENTRY, SERVICE);
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder(whole);
      for (int edit = random.nextInt(4); edit >= 0; edit--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.setCharAt(at, (char) random.nextInt(0x250));
          case 1 -> text.delete(at, Math.min(text.length() - 1, at + random.nextInt(40)));
          default -> text.insert(at, "{}[]:-*&!|>'\"%@`,\n\t0~".charAt(random.nextInt(21)));
        }
      }
      ConfigFile file = read(text.toString());
      assertThat(file.findings())
          .as("seed %d", seed)
          .allMatch(finding -> !finding.message().isBlank());
    }
  }

  private static void assertOneError(
      String yaml, String find, String replace, int line, String message) {
    String text = replace.replace("\\n", "\n").replace("\\u0001", "\\x01");
    assertThat(yaml).contains(find);
    List<Finding> errors = errors(yaml.replace(find, text));
    assertThat(errors)
        .anySatisfy(
            error -> {
              assertThat(error.message()).contains(message);
              assertThat(error.location()).hasToString("rules.yaml:" + line);
            });
    assertThat(errors).hasSizeLessThanOrEqualTo(2);
  }

  private static List<Finding> errors(String yaml) {
    return read(yaml).findings().stream()
        .filter(finding -> finding.severity() == Severity.ERROR)
        .toList();
  }

  private static ConfigFile read(String yaml) {
    return new ConfigReader(MeshSettings.DEFAULT)
        .read("rules.yaml", yaml.getBytes(StandardCharsets.UTF_8));
  }
}
