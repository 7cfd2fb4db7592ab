package dev.weft.control.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** weftctl in a JVM of its own: signals, exit codes, what goes where. */
class ProcessTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path directory = Path.of(".");

  private Process weftctl(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Weftctl.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("NO_COLOR", "1");
    builder.redirectOutput(directory.resolve("out").toFile());
    builder.redirectError(directory.resolve("err").toFile());
    return builder.start();
  }

  private String read(String name) {
    try {
      return Files.readString(directory.resolve(name));
    } catch (IOException e) {
      return "";
    }
  }

  private void awaitLine(String text) {
    Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(read("err")).contains(text));
  }

  @Test
  void upSaysWhatChangesAndStopsOnATerm() throws Exception {
    Path config = Files.createDirectories(directory.resolve("config"));
    Process up =
        weftctl(
            "up",
            "--config",
            config.toString(),
            "--listen",
            "127.0.0.1:0",
            "--admin",
            "127.0.0.1:0",
            "--state",
            directory.resolve("state").toString());
    try {
      awaitLine("agents connect to 127.0.0.1:");
      Files.writeString(config.resolve("bad.yaml"), "kind: Gadget\n");
      awaitLine("bad.yaml:1: error WEFT");
      Files.delete(config.resolve("bad.yaml"));
      awaitLine("no longer: bad.yaml:1");
      long before = System.nanoTime();
      up.destroy();
      assertThat(up.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
      assertThat(read("err")).contains("stopped");
      assertThat(read("out")).isEmpty();
    } finally {
      up.destroyForcibly();
    }
  }

  @Test
  void runPassesTheExitCodeOn() throws Exception {
    Path agent = Files.createFile(directory.resolve("weft-agent.jar"));
    Process run =
        weftctl(
            "run",
            "--agent",
            agent.toString(),
            "--",
            "sh",
            "-c",
            "echo \"$JAVA_TOOL_OPTIONS\"; exit 7");
    assertThat(run.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(run.exitValue()).isEqualTo(7);
    assertThat(read("out").strip()).isEqualTo("-javaagent:" + agent);
  }

  @Test
  void runPassesATermOn() throws Exception {
    Path agent = Files.createFile(directory.resolve("weft-agent.jar"));
    Process run =
        weftctl(
            "run",
            "--agent",
            agent.toString(),
            "--",
            "sh",
            "-c",
            "trap 'echo told >&2; exit 0' TERM; echo started >&2; while :; do sleep 0.1; done");
    try {
      awaitLine("started");
      run.destroy();
      assertThat(run.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(read("err")).contains("told");
    } finally {
      run.descendants().forEach(ProcessHandle::destroyForcibly);
      run.destroyForcibly();
    }
  }
}
