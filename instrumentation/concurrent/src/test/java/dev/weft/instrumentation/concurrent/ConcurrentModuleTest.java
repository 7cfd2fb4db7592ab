package dev.weft.instrumentation.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ConcurrentModuleTest {

  @Test
  void everyClassButModuleAndAdviceIsAHelper() throws IOException {
    Path classes = Path.of("target/classes/dev/weft/instrumentation/concurrent");
    try (Stream<Path> files = Files.list(classes)) {
      Set<String> expected =
          files
              .map(file -> file.getFileName().toString().replace(".class", ""))
              .filter(name -> !name.contains("Advice") && !name.contains("Module"))
              .filter(name -> !name.equals("package-info"))
              .map(name -> "dev.weft.instrumentation.concurrent." + name)
              .collect(Collectors.toSet());

      assertThat(new ConcurrentModule().helpers()).containsExactlyInAnyOrderElementsOf(expected);
    }
  }
}
