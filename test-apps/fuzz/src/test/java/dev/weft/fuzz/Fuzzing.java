package dev.weft.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Runs Jazzer on one target; only when asked by name, see {@code ./run}. */
class Fuzzing {

  @Test
  void findsNothing() throws IOException, InterruptedException {
    String target = System.getProperty("fuzz.target", "");
    assertThat(CorpusTest.TARGETS).as("targets").containsKey(target);
    Path found = Files.createDirectories(Path.of("target", target).toAbsolutePath());
    Path generated = Files.createDirectories(found.resolve("generated"));
    Process jazzer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + CorpusTest.type(target),
                "--instrumentation_includes=dev.weft.**",
                "-max_total_time=" + Integer.getInteger("fuzz.seconds", 600),
                "-timeout=20",
                "-artifact_prefix=" + found + "/",
                generated.toString(),
                CorpusTest.folder(target).toAbsolutePath().toString())
            .directory(found.toFile())
            .inheritIO()
            .start();
    assertThat(jazzer.waitFor()).as("Jazzer's exit code: what it found is in " + found).isZero();
  }
}
