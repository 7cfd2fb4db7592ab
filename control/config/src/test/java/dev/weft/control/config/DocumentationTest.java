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
 * The tables of docs/configuration.md say what the code does. After a change, write them anew with
 * {@code -Dtest=DocumentationTest -Dweft.docs.write=true}.
 */
class DocumentationTest {

  private static final Path PAGE = SharedFolder.root().resolve("docs/configuration.md");

  /** Kinds of which no field is enforced are one row in the table of kinds. */
  private static final List<String> WITHOUT_TABLE =
      List.of("RequestAuthentication", "AuthorizationPolicy");

  @Test
  void fieldsAreAsDocumented() throws IOException {
    String tables =
        Schemas.all().stream()
            .filter(kind -> !WITHOUT_TABLE.contains(kind.kind()))
            .map(DocumentationTest::table)
            .collect(Collectors.joining("\n\n"));
    check("fields", tables);
  }

  @Test
  void findingsAreAsDocumented() throws IOException {
    List<String> rows = new ArrayList<>(List.of("| code | severity | |", "|---|---|---|"));
    for (FindingCode code : FindingCode.values()) {
      String severity = code.severity().name().toLowerCase(Locale.ROOT);
      rows.add("| `" + code.id() + "` | " + severity + " | " + code.title() + " |");
    }
    check("findings", String.join("\n", rows));
    assertThat(Stream.of(FindingCode.values()).map(FindingCode::id)).doesNotHaveDuplicates();
  }

  private static String table(KindSchema kind) {
    return "### " + kind.kind() + "\n\n" + FieldTable.of(kind);
  }

  private static void check(String name, String expected) throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf('\n', page.indexOf("<!-- generated: " + name)) + 1;
    int end = page.indexOf("<!-- end -->", begin);
    String wanted = "\n" + expected + "\n\n";
    if (Boolean.getBoolean("weft.docs.write")) {
      Files.writeString(PAGE, page.substring(0, begin) + wanted + page.substring(end));
      return;
    }
    assertThat(page.substring(begin, end)).as("%s of %s", name, PAGE).isEqualTo(wanted);
  }
}
