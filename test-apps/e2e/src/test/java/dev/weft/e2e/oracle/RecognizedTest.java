package dev.weft.e2e.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/compatibility.md explains every class of differences that the oracles recognize. */
class RecognizedTest {

  private static final int MOST = 10;
  private static final Path PAGE = Layout.root().resolve("docs/compatibility.md");

  @Test
  void classesAreAsDocumented() throws IOException {
    String rows =
        Arrays.stream(Recognized.values()).map(Recognized::row).collect(Collectors.joining("\n"));
    String wanted = "\n| class | |\n|---|---|\n" + rows + "\n\n";
    String page = Files.readString(PAGE);
    int begin = page.indexOf('\n', page.indexOf("<!-- generated: classes")) + 1;
    int end = page.indexOf("<!-- end -->", begin);
    if (Boolean.getBoolean("weft.docs.write")) {
      Files.writeString(PAGE, page.substring(0, begin) + wanted + page.substring(end));
      return;
    }
    assertThat(page.substring(begin, end)).isEqualTo(wanted);
    assertThat(Recognized.values()).hasSizeLessThanOrEqualTo(MOST);
  }
}
