package dev.weft.control.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.control.server.ControlServer;
import dev.weft.control.server.ControlSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
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

  /** What a command printed and how it ended. */
  private record Result(int exit, String out, String err) {}

  private static Result run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        Weftctl.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments);
    return new Result(exit, out.toString(), err.toString());
  }

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
    assertThat(run().exit()).isEqualTo(2);
    assertThat(run("no-such-command").exit()).isEqualTo(2);
    assertThat(run("up").err()).contains("--config");
    Result address = run("up", "--config", config(), "--listen", "nowhere");
    assertThat(address.exit()).isEqualTo(2);
    assertThat(address.err()).contains("'nowhere' (expected: an address and a port");
    Result admin = run("up", "--config", config(), "--admin", "0.0.0.0:0");
    assertThat(admin.exit()).isEqualTo(2);
    assertThat(admin.err()).contains("--admin", "expected: a loopback address");
    Result missing = run("up", "--config", config() + "/none");
    assertThat(missing.exit()).isEqualTo(2);
    assertThat(missing.err()).contains("expected: a directory");
    assertThat(run("analyze", config() + "/none").exit()).isEqualTo(2);
    assertThat(run("run", "--agent", "/none.jar", "--", "true").exit()).isEqualTo(2);
  }

  @Test
  void analyzeFailsAtTheThreshold() throws Exception {
    write(SPLIT);
    Result warned = run("analyze", config());
    assertThat(warned.exit()).isZero();
    assertThat(warned.out()).contains("rules.yaml:7: warning WEFT0302");
    assertThat(warned.err()).contains("0 errors, 1 warnings");
    assertThat(run("analyze", config(), "--failure-threshold", "warning").exit()).isEqualTo(1);
    assertThat(run("analyze", config(), "--failure-threshold", "often").exit()).isEqualTo(2);

    write(SPLIT.replace("hosts: [reviews]", "hosts: reviews"));
    Result failed = run("analyze", config(), "-o", "json");
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
    write(SPLIT.replace("- route", "- fault: {abort: {httpStatus: 500}}\n    route"));
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    int port;
    try (ControlServer server =
        ControlServer.start(
            new ControlSettings(
                directory.resolve("config"), any, any, directory.resolve("state"), null))) {
      port = server.adminAddress().getPort();
      Result table = run("status", "--server", "127.0.0.1:" + port);
      assertThat(table.exit()).isZero();
      assertThat(table.out()).contains("1 rules", "No workload has registered", "WEFT0201");
      Result json = run("status", "--server", Integer.toString(port), "-o", "json");
      assertThat(new ObjectMapper().readTree(json.out()).at("/configuration/counts/rules").asInt())
          .isEqualTo(1);
    }
    Result none = run("status", "--server", "127.0.0.1:" + port);
    assertThat(none.exit()).isEqualTo(1);
    assertThat(none.out()).isEmpty();
    assertThat(none.err()).contains("no control service at 127.0.0.1:" + port);
  }

  @Test
  void completionAndVersionAreData() {
    assertThat(run("completion", "bash").out()).contains("analyze", "--failure-threshold");
    assertThat(run("completion", "zsh").out()).contains("compinit");
    assertThat(run("completion", "fish").exit()).isEqualTo(2);
    assertThat(run("version").out()).startsWith("weft ");
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
