package dev.weft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.weaver.Report;
import dev.weft.xds.Library;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CoverageTest {

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final Coverage coverage =
      new Coverage(
          new Log(Setting.LogLevel.INFO, new PrintStream(printed, true, StandardCharsets.UTF_8)));

  private static Report.Library tomcat(String loader) {
    return new Report.Library("tomcat", "10.1.48", loader);
  }

  @Test
  void tellsEachLibraryOnceWhateverTheLoaders() {
    coverage.woven(tomcat("one"));
    coverage.woven(tomcat("two"));
    coverage.left(tomcat("three"), "no class X");

    assertThat(coverage.entries()).hasSize(3);
    assertThat(coverage.libraries())
        .containsExactly(
            new Library("tomcat", "10.1.48", ""), new Library("tomcat", "10.1.48", "no class X"));
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .isEqualToIgnoringNewLines("weft: not woven: tomcat 10.1.48 in three: no class X");
  }

  @Test
  void tellsOfEveryChangeAndFirstOfWhatWas() {
    AtomicInteger told = new AtomicInteger();
    coverage.woven(tomcat("one"));
    coverage.onChange(told::incrementAndGet);
    coverage.failed(tomcat("one"), "a.B", new IllegalStateException("x"));

    assertThat(told).hasValue(2);
  }
}
