package dev.weft.instrumentation.jdkhttpserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class JdkHttpServerModuleTest {

  @Test
  void everyClassButModuleAndAdviceIsAHelper() throws IOException {
    Path classes = Path.of("target/classes/dev/weft/instrumentation/jdkhttpserver");
    try (Stream<Path> files = Files.list(classes)) {
      Set<String> expected =
          files
              .map(file -> file.getFileName().toString().replace(".class", ""))
              .filter(name -> !name.contains("Advice") && !name.contains("Module"))
              .filter(name -> !name.equals("package-info"))
              .map(name -> "dev.weft.instrumentation.jdkhttpserver." + name)
              .collect(Collectors.toSet());

      assertThat(new JdkHttpServerModule().helpers()).containsExactlyInAnyOrderElementsOf(expected);
    }
  }
}
