package dev.weft.e2e.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.Jvm;
import dev.weft.e2e.Layout;
import dev.weft.e2e.app.Lifecycle;
import dev.weft.weaver.InstalledJdks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the agent meets when it starts, the application starts. */
class StartTest {

  private static final String AGENT = "-javaagent:" + Layout.agent();
  private static final String NOWHERE = "http://127.0.0.1:1/";

  private static final Path CLASSES = Layout.root().resolve("test-apps/e2e/target/classes");

  @TempDir Path folder;

  static Stream<Path> supported() {
    return InstalledJdks.homes().entrySet().stream()
        .filter(jdk -> jdk.getKey() >= 17)
        .map(Map.Entry::getValue);
  }

  private static List<String> agentLines(List<String> output) {
    return output.stream().filter(line -> line.startsWith("weft: ")).toList();
  }

  /** Runs {@link Lifecycle} to its end. */
  private static List<String> run(Path jdk, Map<String, String> variables, String... more) {
    try (Jvm jvm = start(jdk, variables, more)) {
      return end(jvm);
    }
  }

  private static Jvm start(Path jdk, Map<String, String> variables, String... more) {
    List<String> command = new ArrayList<>(List.of(jdk.resolve("bin/java").toString(), "-Xmx64m"));
    List<String> urls = new ArrayList<>();
    for (String argument : more) {
      (argument.startsWith("-") ? command : urls).add(argument);
    }
    command.addAll(List.of("-cp", CLASSES.toString()));
    command.add(Lifecycle.class.getName());
    command.addAll(urls);
    return Jvm.command("lifecycle", variables, command);
  }

  private static List<String> end(Jvm jvm) {
    int exit = jvm.exit();
    assertThat(exit).as("%s", jvm.output()).isZero();
    assertThat(jvm.output()).contains("main", "hook");
    return jvm.output();
  }

  private static Path current() {
    return Path.of(System.getProperty("java.home"));
  }

  private static Map<String, String> with(String... pairs) {
    Map<String, String> variables = new HashMap<>();
    variables.put("OTEL_SERVICE_NAME", "lifecycle");
    for (int i = 0; i < pairs.length; i += 2) {
      variables.put(pairs[i], pairs[i + 1]);
    }
    return variables;
  }

  @ParameterizedTest
  @MethodSource("supported")
  void withoutAControlServiceItStaysOut(Path jdk) {
    List<String> output = run(jdk, with(), AGENT);

    assertThat(agentLines(output))
        .containsExactly(
            "weft: weft.control is not set (expected: host:port); the agent stays out");
    assertThat(output).contains("sees dev.weft.bridge.Weft: false");
  }

  @ParameterizedTest
  @MethodSource("supported")
  void theApplicationSeesTheBridgeAndNothingElse(Path jdk) {
    List<String> output =
        run(jdk, with("WEFT_CONTROL", "127.0.0.1:1", "WEFT_START_TIMEOUT", "10ms"), AGENT);

    assertThat(output)
        .contains("sees dev.weft.bridge.Weft: true", "sees dev.weft.runtime.Agent: false")
        .contains("sees ASM: false", "threads []")
        .noneMatch(line -> line.contains("Sharing is only supported"));
  }

  @ParameterizedTest
  @MethodSource("supported")
  void openItLetsPassWhatItCannotDecide(Path jdk) {
    Map<String, String> variables =
        with("WEFT_CONTROL", "127.0.0.1:1", "WEFT_START_TIMEOUT", "300ms");
    try (Jvm jvm = start(jdk, variables, AGENT, NOWHERE, "wait")) {
      jvm.await("weft: no control service at 127.0.0.1:1: ");
      jvm.tell("go on");

      assertThat(end(jvm)).contains("asked ConnectException");
    }
  }

  @ParameterizedTest
  @MethodSource("supported")
  void closedItRefusesWhatItCannotDecide(Path jdk) {
    List<String> output =
        run(
            jdk,
            with(
                "WEFT_CONTROL", "127.0.0.1:1",
                "WEFT_START_TIMEOUT", "2s",
                "WEFT_FAIL_MODE", "closed"),
            AGENT,
            NOWHERE);

    assertThat(output).contains("asked 503");
  }

  @Test
  void aControlServiceThatNeverAnswersHoldsNobodyUp() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      List<String> output =
          run(
              current(),
              with(
                  "WEFT_CONTROL", "127.0.0.1:" + silent.getLocalPort(), "WEFT_START_TIMEOUT", "1s"),
              AGENT,
              NOWHERE,
              NOWHERE,
              NOWHERE);

      // One deadline for all: the second and third call do not wait again. What happens is said
      // first: the process may end right after it.
      assertThat(output)
          .filteredOn(line -> line.startsWith("asked ") || line.contains("goes past the mesh"))
          .containsExactly(
              "weft: a call goes past the mesh: no configuration was there in time"
                  + " (weft.fail.mode=open); weft_failed_open_total counts more of them",
              "asked ConnectException",
              "asked ConnectException",
              "asked ConnectException");
    }
  }

  @ParameterizedTest
  @MethodSource("supported")
  void attachedTwiceItSaysSoOnce(Path jdk) throws IOException {
    Path copy = Files.copy(Layout.agent(), folder.resolve("copy.jar"));

    List<String> same = run(jdk, with("WEFT_MODE", "weave"), AGENT, AGENT);
    List<String> other = run(jdk, with("WEFT_MODE", "weave"), AGENT, "-javaagent:" + copy);

    String line =
        "weft: the agent is attached twice (JAVA_TOOL_OPTIONS and the command line?);"
            + " the second does nothing";
    assertThat(agentLines(same)).containsExactly(line);
    assertThat(agentLines(other)).containsExactly(line);
  }

  @ParameterizedTest
  @MethodSource("supported")
  void switchedOffItIsSilent(Path jdk) throws IOException {
    Path file = Files.writeString(folder.resolve("weft.properties"), "weft.enabled=false\n");

    assertThat(agentLines(run(jdk, with("WEFT_ENABLED", "false"), AGENT))).isEmpty();
    assertThat(agentLines(run(jdk, with(), "-Dweft.enabled=false", AGENT))).isEmpty();
    assertThat(agentLines(run(jdk, with("WEFT_CONFIGURATION_FILE", file.toString()), AGENT)))
        .isEmpty();
  }

  @Test
  void aWrongSettingIsOneLine() {
    List<String> output =
        run(
            current(),
            with(
                "WEFT_CONTROL",
                "127.0.0.1:1",
                "WEFT_START_TIMEOUT",
                "soon",
                "WEFT_FAIL_MOD",
                "open"),
            "-Dweft.fail.mode=ajar",
            AGENT);

    assertThat(agentLines(output))
        .contains(
            "weft: WEFT_START_TIMEOUT: \"soon\" (expected: a duration such as 10s); taking \"10s\"",
            "weft: weft.fail.mode: \"ajar\" (expected: open or closed); taking \"closed\"",
            "weft: WEFT_FAIL_MOD: no such setting (nearest: WEFT_FAIL_MODE)");
  }

  @Test
  void withoutANameItSaysSo() {
    List<String> output = run(current(), Map.of("WEFT_CONTROL", "127.0.0.1:1"), AGENT);

    assertThat(agentLines(output))
        .contains(
            "weft: OTEL_SERVICE_NAME is not set (expected: the service's name); this process calls"
                + " as \"unknown\" and serves nobody");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "META-INF/weft/hooks.idx",
        "isolated/dev/weft/runtime/Agent.classdata",
        "boot/dev/weft/bridge/Weft.classdata"
      })
  void aDamagedJarIsOneLine(String entry) throws IOException {
    Path damaged = Files.copy(Layout.agent(), folder.resolve("damaged.jar"));
    try (FileSystem jar = FileSystems.newFileSystem(damaged)) {
      Files.delete(jar.getPath(entry));
    }

    List<String> output = run(current(), with("WEFT_MODE", "weave"), "-javaagent:" + damaged);

    assertThat(agentLines(output))
        .singleElement()
        .asString()
        .startsWith("weft: the agent could not start, the application runs without it: ");
  }

  @ParameterizedTest
  @MethodSource("supported")
  void toolsOfTheJdkStartUntouched(Path jdk) throws IOException {
    Path store = folder.resolve("store-" + jdk.getFileName());
    Path source = Files.writeString(folder.resolve("Hello.java"), "class Hello {}");
    String bin = jdk.resolve("bin").toString() + "/";
    List<List<String>> commands =
        List.of(
            List.of(
                bin + "keytool", "-list", "-keystore", store.toString(), "-storepass", "changeit"),
            List.of(bin + "jps"),
            List.of(bin + "jcmd", "-l"),
            List.of(bin + "javac", "-d", folder.toString(), source.toString()),
            List.of(bin + "jar", "--version"));

    for (List<String> command : commands) {
      Map<String, String> variables =
          with(
              "JAVA_TOOL_OPTIONS", AGENT, "WEFT_CONTROL", "127.0.0.1:1", "WEFT_LOG_LEVEL", "debug");
      try (Jvm tool = Jvm.command(command.get(0), variables, command)) {
        int unused = tool.exit();
        assertThat(agentLines(tool.output())).as("%s", command).isEmpty();
        assertThat(tool.output()).as("%s", command).anyMatch(l -> l.startsWith("Picked up"));
      }
    }
  }

  @Test
  void olderJvmsAreToldInOneSentence() {
    Map<Integer, Path> old = InstalledJdks.homes();
    old.keySet().removeIf(release -> release >= 17);
    Assumptions.assumeFalse(old.isEmpty(), "no Java below 17 is installed");
    old.forEach(
        (release, home) -> {
          List<String> command = List.of(home.resolve("bin/java").toString(), AGENT, "-version");
          try (Jvm jvm = Jvm.command("old", with(), command)) {
            assertThat(jvm.exit()).as("%s", jvm.output()).isZero();
            assertThat(agentLines(jvm.output()))
                .singleElement()
                .asString()
                .startsWith("weft: the agent needs Java 17 or newer, found ");
          }
        });
  }

  @Test
  void theWayInLoadsOnJava8() throws IOException {
    try (FileSystem jar = FileSystems.newFileSystem(Layout.agent())) {
      byte[] file = Files.readAllBytes(jar.getPath("dev/weft/agent/Premain.class"));
      assertThat(file[7]).isEqualTo((byte) 52);
    }
  }
}
