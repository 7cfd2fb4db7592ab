package dev.weft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.weaver.Report;
import dev.weft.xds.Library;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CoverageTest {

  private final Printed printed = new Printed(Setting.LogLevel.INFO);
  private final Coverage coverage = new Coverage(printed.log());

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
    assertThat(printed.text())
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
