package dev.weft.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes: what they say, and how they end. */
final class ChildTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Test
  void findsTheLineThatIsWaitedForAndLogsAll(@TempDir Path logs) throws Exception {
    Child child =
        shell(
            logs,
            "trap 'echo stopping; kill $!; exit' TERM;"
                + " echo before; echo \"$WHO is ready on port 4711\"; sleep 60 & wait");
    try {
      String port = child.await(Pattern.compile("ready on port (\\d+)"), PATIENCE).group(1);

      assertThat(port).isEqualTo("4711");
      assertThat(child.alive()).isTrue();
    } finally {
      child.terminate();
      child.awaitEnd(PATIENCE);
    }
    assertThat(child.alive()).isFalse();
    assertThat(Files.readAllLines(logs.resolve("shell.log")))
        .containsExactly("before", "demo is ready on port 4711", "stopping");
  }

  @Test
  void saysWhatAProcessSaidThatEndedTooEarly(@TempDir Path logs) throws Exception {
    Child child = shell(logs, "echo 'port is taken'; exit 3");

    assertThatThrownBy(() -> child.await(Pattern.compile("ready"), PATIENCE))
        .isInstanceOf(HarnessException.class)
        .hasMessageContaining("shell ended without saying \"ready\"")
        .hasMessageContaining("port is taken");
  }

  private static Child shell(Path logs, String script) throws Exception {
    return Child.start("shell", List.of("sh", "-c", script), Map.of("WHO", "demo"), logs);
  }
}
