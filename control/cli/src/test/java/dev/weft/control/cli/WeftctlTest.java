package dev.weft.control.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.control.server.ControlServer;
import dev.weft.control.server.ControlSettings;
import dev.weft.control.server.status.Status;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Commands in this process. */
class WeftctlTest {

  private static final String SPLIT =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: reviews, namespace: default}
      spec:
        hosts: [reviews]
        http:
        - route: [{destination: {host: reviews}}]
      """;

  @TempDir private Path directory = Path.of(".");

  @BeforeEach
  void configure() throws IOException {
    Files.createDirectories(directory.resolve("config"));
  }

  private String config() {
    return directory.resolve("config").toString();
  }

  private void write(String yaml) throws IOException {
    Files.writeString(directory.resolve("config/rules.yaml"), yaml);
  }

  @Test
  void wrongUsageIsTwoAndSaysWhatWasExpected() {
    assertThat(Result.of().exit()).isEqualTo(2);
    assertThat(Result.of("no-such-command").exit()).isEqualTo(2);
    assertThat(Result.of("up").err()).contains("--config");
    Result address = Result.of("up", "--config", config(), "--listen", "nowhere");
    assertThat(address.exit()).isEqualTo(2);
    assertThat(address.err()).contains("'nowhere' (expected: an address and a port");
    Result admin = Result.of("up", "--config", config(), "--admin", "0.0.0.0:0");
    assertThat(admin.exit()).isEqualTo(2);
    assertThat(admin.err()).contains("--admin", "expected: a loopback address");
    Result missing = Result.of("up", "--config", config() + "/none");
    assertThat(missing.exit()).isEqualTo(2);
    assertThat(missing.err()).contains("expected: a directory");
    assertThat(Result.of("up", "--config", config(), "--ca-secret", "weft-ca").err())
        .contains("without a cluster (expected: --kubernetes)");
    assertThat(Result.of("up", "--kubernetes", "--ca-secret", "weft-ca").err())
        .contains("--ca-secret outside of a pod (expected: --namespace)");
    assertThat(Result.of("up", "--kubernetes", "-n", "weft-system", "--ca-secret", "Weft/CA").err())
        .contains("--ca-secret: Weft/CA (expected: lower-case letters, digits and -");
    Result both =
        Result.of("up", "--kubernetes", "-n", "mesh", "--ca-secret", "weft-ca", "--ca", config());
    assertThat(both.exit()).isEqualTo(2);
    assertThat(both.err()).contains("--ca-secret: weft-ca and --ca (expected: one of them)");
    assertThat(Result.of("root", "list", "--ca-secret", "weft-ca", "--state", state()).err())
        .contains("--state and --ca-secret (expected: one of them)");
    assertThat(Result.of("root", "rotate", "--namespace", "mesh").err())
        .contains("a cluster without its Secret (expected: --ca-secret)");
    assertThat(Result.of("analyze", config() + "/none").exit()).isEqualTo(2);
    assertThat(Result.of("run", "--agent", "/none.jar", "--", "true").exit()).isEqualTo(2);
  }

  @Test
  void analyzeFailsAtTheThreshold() throws Exception {
    write(SPLIT);
    Result warned = Result.of("analyze", config());
    assertThat(warned.exit()).isZero();
    assertThat(warned.out()).contains("rules.yaml:7: warning WEFT0302");
    assertThat(warned.err()).contains("0 errors, 1 warnings");
    assertThat(Result.of("analyze", config(), "--failure-threshold", "warning").exit())
        .isEqualTo(1);
    assertThat(Result.of("analyze", config(), "--failure-threshold", "often").exit()).isEqualTo(2);

    write(SPLIT.replace("hosts: [reviews]", "hosts: reviews"));
    Result failed = Result.of("analyze", config(), "-o", "json");
    assertThat(failed.exit()).isEqualTo(1);
    JsonNode finding = new ObjectMapper().readTree(failed.out()).get(0);
    assertThat(finding.path("severity").asText()).isEqualTo("error");
    assertThat(finding.path("file").asText()).isEqualTo("rules.yaml");
    assertThat(finding.path("line").asInt()).isEqualTo(5);
    assertThat(finding.path("code").asText()).startsWith("WEFT01");
    assertThat(finding.path("message").asText()).contains("expected");
  }

  @Test
  void statusShowsARunningServiceAndSaysWhenThereIsNone() throws Exception {
    write(SPLIT.replace("- route", "- headers: {request: {set: {x: '%HOSTNAME%'}}}\n    route"));
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    int port;
    try (ControlServer server =
        ControlServer.start(
            new ControlSettings(
                directory.resolve("config"), any, any, directory.resolve("state"), null))) {
      port = server.adminAddress().getPort();
      Result table = Result.of("status", "--server", "127.0.0.1:" + port);
      assertThat(table.exit()).isZero();
      assertThat(table.out()).contains("1 rules", "No workload has registered", "WEFT0201");
      Result json = Result.of("status", "--server", Integer.toString(port), "-o", "json");
      assertThat(new ObjectMapper().readTree(json.out()).at("/configuration/counts/rules").asInt())
          .isEqualTo(1);
    }
    Result none = Result.of("status", "--server", "127.0.0.1:" + port);
    assertThat(none.exit()).isEqualTo(1);
    assertThat(none.out()).isEmpty();
    assertThat(none.err()).contains("no control service at 127.0.0.1:" + port);
  }

  private String state() {
    return directory.resolve("state").toString();
  }

  @Test
  void aTokenIsAllThatGoesToStdout() throws Exception {
    Result made =
        Result.of(
            "token",
            "make",
            "--namespace",
            "prod",
            "--service-account",
            "reviews",
            "--service",
            "reviews",
            "--service",
            "ratings",
            "--ttl",
            "7d",
            "--state",
            state());
    assertThat(made.exit()).as(made.err()).isZero();
    assertThat(made.out()).matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+\\R");
    assertThat(made.err())
        .contains(
            "had no root, so one was made",
            "spiffe://cluster.local/ns/prod/sa/reviews for [ratings, reviews], until ");
    JsonNode claims =
        new ObjectMapper()
            .readTree(Base64.getUrlDecoder().decode(made.out().strip().split("\\.", -1)[1]));
    assertThat(claims.path("sub").asText()).isEqualTo("spiffe://cluster.local/ns/prod/sa/reviews");
    assertThat(claims.path("exp").asLong() - claims.path("iat").asLong()).isEqualTo(7 * 86_400);
    Result second = Result.of("token", "--state", state(), "make", "--service-account", "curl");
    assertThat(second.err()).contains("a pure client").doesNotContain("had no root");
    JsonNode listed =
        new ObjectMapper()
            .readTree(Result.of("token", "list", "--state", state(), "-o", "json").out());
    assertThat(listed).hasSize(2);
    String id = listed.path(0).path("id").asText();
    assertThat(claims.path("jti").asText()).isEqualTo(id);
    assertThat(Result.of("token", "revoke", id, "--state", state()).exit()).isZero();
    assertThat(Result.of("token", "list", "--state", state()).out())
        .containsPattern(id + ".* revoked ")
        .containsPattern("sa/curl .* usable ");
    Result none = Result.of("token", "revoke", "no-such", "--state", state());
    assertThat(none.exit()).isEqualTo(1);
    assertThat(none.err()).contains("no token no-such", "expected");
  }

  @Test
  void aTokenThatMakesNoSenseIsWrongUsage() {
    assertThat(Result.of("token").exit()).isEqualTo(2);
    assertThat(Result.of("token", "make", "--state", state()).exit()).isEqualTo(2);
    for (String[] wrong :
        new String[][] {
          {"--service-account", "Not A Name"},
          {"--service-account", "a", "--service", "b.c"},
          {"--service-account", "a", "--ttl", "soon"},
          {"--service-account", "a", "--ttl", "0s"},
          {"--service-account", "weft-control", "--namespace", "weft-system"}
        }) {
      List<String> arguments = new ArrayList<>(List.of("token", "make", "--state", state()));
      arguments.addAll(List.of(wrong));
      Result result = Result.of(arguments.toArray(new String[0]));
      assertThat(result.exit()).as(arguments.toString()).isEqualTo(2);
      assertThat(result.out()).isEmpty();
      assertThat(result.err()).contains("expected");
    }
  }

  @Test
  void theTlsPortIsCheckedBeforeAnythingStarts() {
    String[] up = {"up", "--config", config(), "--listen", "127.0.0.1:0", "--state", state()};
    for (String[] wrong :
        new String[][] {
          {"--tls-listen", "nowhere"},
          {"--trust-domain", "one.example"},
          {"--tls-listen", "127.0.0.1:0", "--certificate-life", "ever"}
        }) {
      List<String> arguments = new ArrayList<>(List.of(up));
      arguments.addAll(List.of(wrong));
      Result result = Result.of(arguments.toArray(new String[0]));
      assertThat(result.exit()).as(arguments.toString()).isEqualTo(2);
      assertThat(result.err()).contains("expected");
    }
    Result foreign =
        Result.of(
            "token", "make", "--service-account", "a", "--trust-domain", "two", "--state", state());
    assertThat(foreign.exit()).isZero();
    assertThat(
            Result.of(
                    "up",
                    "--config",
                    config(),
                    "--listen",
                    "127.0.0.1:0",
                    "--admin",
                    "127.0.0.1:0",
                    "--tls-listen",
                    "127.0.0.1:0",
                    "--trust-domain",
                    "one",
                    "--state",
                    state())
                .err())
        .contains("trust domain two (expected: one");
  }

  @Test
  void runWithATokenGoesToTheTlsPort() throws Exception {
    Path token = Files.writeString(directory.resolve("token"), "t");
    RunCommand command = new RunCommand();
    new CommandLine(command).parseArgs("--token-file", token.toString(), "--", "java");
    Map<String, String> environment = new HashMap<>();
    command.environment(environment, Path.of("/opt/weft-agent.jar"));
    assertThat(environment)
        .containsEntry("WEFT_TOKEN_FILE", token.toString())
        .containsEntry("WEFT_CONTROL", "127.0.0.1:15012");
    Result missing =
        Result.of("run", "--token-file", directory + "/none", "--agent", "x", "--", "java");
    assertThat(missing.exit()).isEqualTo(2);
  }

  @Test
  void statusShowsWhoIsWhoAndWhoWasRefused() {
    Status.WorkloadState workload =
        new Status.WorkloadState(
            "reviews",
            "default",
            "i1",
            Map.of("version", "v1"),
            "10.0.0.1",
            true,
            Instant.now().toString(),
            "SYNCED",
            true,
            "spiffe://cluster.local/ns/default/sa/reviews",
            "4f2a",
            Instant.now().plus(Duration.ofMinutes(90)).toString(),
            "STRICT, 8081 DISABLE",
            "it may not",
            new Status.Jvm("1", "17", 4711, ""),
            List.of(),
            List.of(),
            List.of(
                new Status.UnmeshedState(
                    "connection",
                    List.of("db.example.com/192.0.2.7:5432", "192.0.2.8:5432"),
                    "postgresql-42.7.4",
                    "not in the registry, refused",
                    3,
                    List.of("org.postgresql.core.PGStream.createSocket(PGStream.java:243)")),
                new Status.UnmeshedState(
                    "listener",
                    List.of("0.0.0.0:9000"),
                    "admin\u001b[2J",
                    "no woven library",
                    1,
                    List.of())),
            2,
            null);
    Status status =
        new Status(
            "1",
            Instant.now().toString(),
            new Status.Configuration("/mesh", null, 1, new Status.Counts(0, 0, 0, 0), List.of()),
            new Status.Trust(
                "cluster.local",
                "127.0.0.1:15012",
                "x",
                Instant.now().toString(),
                List.of(),
                List.of(),
                "a new root is being distributed",
                "ca-key.pem: not the certificate's"),
            List.of(workload),
            List.of(),
            List.of(
                new Status.Refusal(
                    Instant.now().toString(), "10.0.0.9:1", "join token: expired\u001b[2J", 3)),
            List.of());
    StringWriter out = new StringWriter();
    new StatusTables(status).print(new PrintWriter(out, true));
    assertThat(out.toString())
        .containsPattern(
            "reviews.default +4711 +spiffe://cluster.local/ns/default/sa/reviews +(89|90)m left +"
                + "STRICT, 8081 DISABLE")
        .containsPattern("reviews.default +v1 +10.0.0.1 .* OFF ")
        .containsPattern("10.0.0.9:1 +3 +0s ago +join token: expired\\?\\[2J")
        .contains("reviews.default (4711) serves nobody: it may not")
        .contains(
            """
            UNMESHED reviews.default (4711)
              connection db.example.com/192.0.2.7:5432, 192.0.2.8:5432 by postgresql-42.7.4: \
            not in the registry, refused (3 times)
                at org.postgresql.core.PGStream.createSocket(PGStream.java:243)
              listener 0.0.0.0:9000 by admin?[2J: no woven library
              and 2 more, for which there was no room
            """)
        .contains("ROOT a new root is being distributed")
        .containsPattern("ROOT.* ca-key.pem: not the certificate.s; what was there before stays");
  }

  @Test
  void completionAndVersionAreData() {
    assertThat(Result.of("completion", "bash").out()).contains("analyze", "--failure-threshold");
    assertThat(Result.of("completion", "zsh").out()).contains("compinit");
    assertThat(Result.of("completion", "fish").exit()).isEqualTo(2);
    assertThat(Result.of("version").out()).startsWith("weft ");
  }

  private static Map<String, String> environment(Map<String, String> before, String... options) {
    RunCommand command = new RunCommand();
    String[] arguments = new String[options.length + 1];
    System.arraycopy(options, 0, arguments, 0, options.length);
    arguments[options.length] = "true";
    new CommandLine(command).parseArgs(arguments);
    Map<String, String> environment = new HashMap<>(before);
    command.environment(environment, Path.of("/opt/we ft/weft-agent.jar"));
    return environment;
  }

  @Test
  void runAppendsToWhatIsSet() {
    assertThat(environment(Map.of()))
        .containsEntry("JAVA_TOOL_OPTIONS", "\"-javaagent:/opt/we ft/weft-agent.jar\"")
        .containsEntry("WEFT_CONTROL", "127.0.0.1:15010")
        .doesNotContainKeys("OTEL_SERVICE_NAME", "WEFT_NAMESPACE");
    assertThat(environment(Map.of("JAVA_TOOL_OPTIONS", "-Xmx1g", "WEFT_CONTROL", "c:1")))
        .containsEntry("JAVA_TOOL_OPTIONS", "-Xmx1g \"-javaagent:/opt/we ft/weft-agent.jar\"")
        .containsEntry("WEFT_CONTROL", "c:1");
    assertThat(
            environment(
                Map.of("WEFT_KEPT_JAVA_TOOL_OPTIONS", "-javaagent:/a/weft-agent.jar"),
                "--name",
                "reviews",
                "--namespace",
                "shop",
                "--control",
                "d:2"))
        .containsEntry("JAVA_TOOL_OPTIONS", "-javaagent:/a/weft-agent.jar")
        .containsEntry("OTEL_SERVICE_NAME", "reviews")
        .containsEntry("WEFT_NAMESPACE", "shop")
        .containsEntry("WEFT_CONTROL", "d:2")
        .doesNotContainKey("WEFT_KEPT_JAVA_TOOL_OPTIONS");
  }

  @Test
  void whatOthersWriteCannotMoveTheCursor() {
    StringWriter out = new StringWriter();
    PrintWriter printer = new PrintWriter(out);
    new Table("A", "B").row("x\u001b[2J", "y\r\n\u009b31m").print(printer);
    printer.flush();
    assertThat(out.toString())
        .doesNotContain("\u001b", "\r", "\u009b")
        .contains("x?[2J", "y???31m");
  }
}
