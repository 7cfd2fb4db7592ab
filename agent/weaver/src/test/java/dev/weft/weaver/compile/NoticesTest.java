package dev.weft.weaver.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NoticesTest {

  @TempDir Path texts;
  @TempDir Path folder;

  @BeforeEach
  void prepare() throws IOException {
    Files.createDirectory(texts.resolve("licenses"));
    Files.writeString(texts.resolve("licenses/some-lib.txt"), "theirs");
    Files.writeString(texts.resolve("NOTICE"), "notice");
    Files.writeString(texts.resolve("LICENSE"), "ours");
  }

  private void write(String... jars) throws IOException {
    List<Path> embedded = List.of(jars).stream().map(Path::of).toList();
    Notices.write(texts, texts.resolve("LICENSE"), embedded, folder);
  }

  @Test
  void listsWhatIsEmbeddedWithItsLicence() throws IOException {
    write("some-lib-1.2-beta.jar");

    assertThat(folder.resolve("META-INF/EMBEDDED"))
        .hasContent("some-lib-1.2-beta.jar META-INF/licenses/some-lib.txt");
    assertThat(folder.resolve("META-INF/licenses/some-lib.txt")).hasContent("theirs");
    assertThat(folder.resolve("META-INF/LICENSE")).hasContent("ours");
    assertThat(folder.resolve("META-INF/NOTICE")).hasContent("notice");
  }

  @Test
  void refusesALibraryWithoutLicence() {
    assertThatThrownBy(() -> write("some-lib-1.2.jar", "other-3.jar"))
        .hasMessage("licences: none for [other], and not embedded: []");
  }

  @Test
  void refusesALicenceWithoutLibrary() {
    assertThatThrownBy(this::write)
        .hasMessage("licences: none for [], and not embedded: [some-lib]");
  }
}
