package dev.weft.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The JSON that the demo reads. */
final class JsonTest {

  @Test
  void readsEveryKindOfValue() {
    Object json =
        Json.parse(
            """
            {"a": {"b": "x\\n\\"\\u00e9"}, "c": [1, -2.5e3, true, false, null, {}, []], "d": "e"}\
            """);

    assertThat(Json.string(json, "a", "b")).contains("x\n\"é");
    assertThat(Json.string(json, "d")).contains("e");
    assertThat(Json.list(json, "c").subList(0, 4)).isEqualTo(List.of(1.0, -2500.0, true, false));
    assertThat(Json.list(json, "c")).hasSize(7);
    assertThat(Json.string(json, "a", "missing", "b")).isEmpty();
    assertThat(Json.list(json, "a")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"a":1           | JSON at character 6: end (expected: more text)
          {"a" 1}          | JSON at character 5: '1}' (expected: ':')
          [1] 2            | JSON at character 4: '2' (expected: end of text)
          <html>           | JSON at character 0: '<html>' (expected: a value)
          """)
  void saysWhereItIsNotJson(String text, String message) {
    assertThatThrownBy(() -> Json.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
