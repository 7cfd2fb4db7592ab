package dev.weft.control.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weft.control.config.ConfigReader;
import dev.weft.control.model.MeshSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random edits against the plain statement of what must then be in force. Set {@code
 * weft.test.seed} to repeat a run.
 */
class RandomEditsTest {

  private static final List<String> NAMES = List.of("reviews", "ratings", "details", "team/web");

  @TempDir Path directory = Path.of("");

  /** What must be in force, by file: the last valid version of each file that exists. */
  private final Map<String, String> expected = new HashMap<>();

  @Test
  void everyStepOfAHundredSequences() throws IOException {
    long seed = seed();
    for (int sequence = 0; sequence < 100; sequence++) {
      Random random = new Random(seed + sequence);
      clear();
      DirectoryReader reader = new DirectoryReader(directory);
      LastGood lastGood =
          new LastGood(new ConfigReader(MeshSettings.DEFAULT), Duration.ofDays(1), () -> 0);
      for (int step = 0; step < 12; step++) {
        edit(random, NAMES.get(random.nextInt(NAMES.size())), random.nextInt(6));
        lastGood.update(reader.read().files());
        assertThat(LastGoodTest.routes(lastGood.files()))
            .as("seed %d, sequence %d, step %d", seed, sequence, step)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void liveEditsEndInWhatWasWrittenLast() throws IOException {
    long seed = seed();
    Random random = new Random(seed);
    clear();
    try (DirectorySource source =
        DirectorySource.open(directory, MeshSettings.DEFAULT, DirectoryOptions.DEFAULT)) {
      for (int sequence = 0; sequence < 15; sequence++) {
        for (int step = 0; step < 20; step++) {
          // Only valid versions and deletions: whether an invalid one is seen in between is up to
          // chance.
          edit(random, NAMES.get(random.nextInt(NAMES.size())), random.nextInt(3));
        }
        await()
            .alias("seed " + seed + ", sequence " + sequence)
            .atMost(Duration.ofSeconds(20))
            .untilAsserted(
                () -> assertThat(LastGoodTest.routes(source.files())).isEqualTo(expected));
      }
    }
  }

  private void edit(Random random, String name, int kind) throws IOException {
    Path file = directory.resolve(name + ".yaml");
    String rule = name.replace('/', '-');
    String subset = "v" + random.nextInt(1000);
    switch (kind) {
      case 0 -> {
        Files.writeString(file, Yaml.rule(rule, subset));
        expected.put(rule, subset);
      }
      case 1 -> {
        Path temporary = Files.writeString(directory.resolve(".tmp"), Yaml.rule(rule, subset));
        Files.move(
            temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        expected.put(rule, subset);
      }
      case 2 -> {
        Files.deleteIfExists(file);
        expected.remove(rule);
      }
      case 3 -> Files.writeString(file, Yaml.BROKEN);
      case 4 -> Files.writeString(file, Yaml.negativeWeight(rule));
      default -> Files.writeString(file, "");
    }
  }

  private void clear() throws IOException {
    expected.clear();
    Files.createDirectories(directory.resolve("team"));
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
  }

  private static long seed() {
    long seed = Long.getLong("weft.test.seed", System.nanoTime());
    System.out.println("RandomEditsTest: -Dweft.test.seed=" + seed);
    return seed;
  }
}
