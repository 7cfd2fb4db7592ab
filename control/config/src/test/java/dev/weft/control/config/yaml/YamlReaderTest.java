package dev.weft.control.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlReaderTest {

  private final YamlReader reader = new YamlReader(new YamlLimits(100_000, 10, 20, 1_000));

  @Test
  void documentsKeepTheirLines() throws YamlException {
    List<YamlNode> documents = read("# first\na: 1\nb:\n  - x\n---\n\n---\n{\"c\": \"d\"}\n");
    assertThat(documents).hasSize(2);
    YamlNode.Mapping first = (YamlNode.Mapping) documents.get(0);
    assertThat(first.entries().get("b")).extracting(YamlNode.Entry::line).isEqualTo(3);
    assertThat(first.size()).isEqualTo(6);
    assertThat(documents.get(1).line()).isEqualTo(8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a:\\n\\t- x                  | 2 | TAB",
        "a: [1, 2                     | 1 | expected ',' or ']'",
        "a: 1\\nb: 2\\na: 3           | 3 | \"a\" is already on line 1",
        "a: *nothing                  | 1 | *nothing has no anchor",
        "a: &x [*x]                   | 1 | *x has no anchor",
        "[a, b]: 1                    | 1 | a key is a list",
        "a: !!binary abc              | 1 | expected: no tags",
        "a: b: c                      | 1 | mapping values are not allowed",
        "a: \\u0007                   | 1 | U+0007",
        "a: 'x                        | 1 | unexpected end of stream",
        "%YAML 9.9\\n---\\na: 1       | 0 | not YAML 1.2"
      })
  void malformed(String text, int line, String message) {
    String yaml = text.replace("\\n", "\n").replace("\\t", "\t").replace("\\u0007", "\u0007");
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(YamlException.class)
        .hasMessageContaining(message)
        .extracting(e -> ((YamlException) e).line())
        .isEqualTo(line);
  }

  @Test
  void aBombOfAliasesIsRefusedWhenItIsLaid() {
    StringBuilder yaml = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 30; i++) {
      String before = "*a" + (i - 1);
      yaml.append("a" + i + ": &a" + i + " [" + (before + ", ").repeat(9) + before + "]\n");
    }
    assertThatThrownBy(() -> read(yaml.toString()))
        .isInstanceOf(YamlException.class)
        .hasMessageContaining("more than 1000 values, aliases counted in full");
  }

  @Test
  void aliasesWithinTheLimitsAreFine() throws YamlException {
    YamlNode.Mapping mapping = (YamlNode.Mapping) read("a: &x {b: c}\nd: *x\ne: *x\n").get(0);
    assertThat(mapping.entries().get("d")).isNotNull();
    assertThat(mapping.size()).isEqualTo(1 + 3 + 3 * 3);
  }

  @Test
  void limits() {
    assertLimit("[".repeat(21) + "]".repeat(21), "more than 20 levels deep");
    assertLimit("[".repeat(50_000), "more than 20 levels deep");
    assertLimit("a:\n".repeat(1) + " - x\n".repeat(1_001), "more than 1000 values");
    assertLimit("---\na: 1\n".repeat(11), "more than 10 documents");
    assertLimit("#".repeat(100_001), "100001 bytes");
  }

  @Test
  void onlyUtf8IsText() {
    byte[] latin1 = "a: \u00e4".getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> reader.read(latin1)).hasMessageContaining("not UTF-8");
    byte[] zeros = new byte[1_000];
    assertThatThrownBy(() -> reader.read(zeros)).hasMessageContaining("U+0000");
  }

  private void assertLimit(String text, String message) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(YamlException.class)
        .hasMessageContaining(message)
        .extracting(e -> ((YamlException) e).isLimit())
        .isEqualTo(true);
  }

  private List<YamlNode> read(String text) throws YamlException {
    return reader.read(text.getBytes(StandardCharsets.UTF_8));
  }
}
