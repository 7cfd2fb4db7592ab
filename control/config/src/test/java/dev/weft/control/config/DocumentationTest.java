package dev.weft.control.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.config.schema.FieldTable;
import dev.weft.control.config.schema.KindSchema;
import dev.weft.control.config.schema.Schemas;
import dev.weft.control.model.FindingCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The tables of docs/configuration.md and docs/compatibility.md say what the code does. After a
 * change, write them anew with {@code -Dtest=DocumentationTest -Dweft.docs.write=true}.
 */
class DocumentationTest {

  private static final Path PAGE = SharedFolder.root().resolve("docs/configuration.md");

  private static final Path COMPATIBILITY = SharedFolder.root().resolve("docs/compatibility.md");

  private static final List<String> TRAFFIC =
      List.of(
          "VirtualService",
          "DestinationRule",
          "ServiceEntry",
          "WorkloadEntry",
          "WorkloadGroup",
          "Sidecar",
          "MeshConfig");

  @Test
  void fieldsAreAsDocumented() throws IOException {
    String tables =
        Stream.concat(Schemas.all().stream(), Stream.of(Schemas.meshConfig()))
            .map(DocumentationTest::table)
            .collect(Collectors.joining("\n\n"));
    check(PAGE, "fields", tables);
  }

  @Test
  void findingsAreAsDocumented() throws IOException {
    List<String> rows = new ArrayList<>(List.of("| code | severity | |", "|---|---|---|"));
    for (FindingCode code : FindingCode.values()) {
      String severity = code.severity().name().toLowerCase(Locale.ROOT);
      rows.add("| `" + code.id() + "` | " + severity + " | " + code.title() + " |");
    }
    check(PAGE, "findings", String.join("\n", rows));
    assertThat(Stream.of(FindingCode.values()).map(FindingCode::id)).doesNotHaveDuplicates();
  }

  /** Every enforced field has a test, which is named. */
  @Test
  void compatibilityIsAsDocumented() throws IOException {
    CompatibilityTable table = new CompatibilityTable(SharedFolder.root());
    String tables =
        Stream.concat(Schemas.all().stream(), Stream.of(Schemas.meshConfig()))
            .filter(kind -> TRAFFIC.contains(kind.kind()))
            .map(kind -> "### " + kind.kind() + "\n\n" + table.of(kind))
            .collect(Collectors.joining("\n\n"));
    assertThat(table.unshown()).as("enforced fields without a test").isEmpty();
    check(COMPATIBILITY, "compatibility", tables);
  }

  private static String table(KindSchema kind) {
    return "### " + kind.kind() + "\n\n" + FieldTable.of(kind);
  }

  private static void check(Path file, String name, String expected) throws IOException {
    String page = Files.readString(file);
    int begin = page.indexOf('\n', page.indexOf("<!-- generated: " + name)) + 1;
    int end = page.indexOf("<!-- end -->", begin);
    String wanted = "\n" + expected + "\n\n";
    if (Boolean.getBoolean("weft.docs.write")) {
      Files.writeString(file, page.substring(0, begin) + wanted + page.substring(end));
      return;
    }
    assertThat(page.substring(begin, end)).as("%s of %s", name, file).isEqualTo(wanted);
  }
}
