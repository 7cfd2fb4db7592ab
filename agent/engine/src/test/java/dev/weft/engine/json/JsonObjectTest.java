package dev.weft.engine.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is an object, and what only looks like one. */
class JsonObjectTest {

  private static @Nullable Map<String, Object> read(String json) {
    return JsonObject.read(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void values() {
    assertThat(
            read(
                " {\"a\": [1, -2.5e1, true, false, null, {}, []] ,\"b\":\"\\u00e4\\n"
                    + "\\\"\\/\\ud83d\\ude00\"}\n"))
        .isEqualTo(
            Map.of(
                "a",
                List.of(1L, -25.0, true, false, JsonObject.NULL, Map.of(), List.of()),
                "b",
                "ä\n\"/😀"));
    assertThat(read("{}")).isEmpty();
    assertThat(read("{\"n\":12345678901234567890}")).containsEntry("n", 1.2345678901234567e19);
    assertThat(read("{\"n\":-0}")).containsEntry("n", 0L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "[]",
        "\"a\"",
        "{",
        "{}}",
        "{} {}",
        "{\"a\":1,}",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":1,\"a\":1}",
        "{\"a\":{\"b\":1,\"b\":2}}",
        "{\"a\":[1,]}",
        "{\"a\":01}",
        "{\"a\":-}",
        "{\"a\":1.}",
        "{\"a\":.5}",
        "{\"a\":1e}",
        "{\"a\":+1}",
        "{\"a\":1e999}",
        "{\"a\":NaN}",
        "{\"a\":tru}",
        "{\"a\":\"\t\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12\"}",
        "{\"a\":\"\\u١٢٣٤\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\ude00\\ud83d\"}",
        "{\"a\":\"unended}",
        "{\"a\":\"\\",
        "{/**/}",
        "\ufeff{}"
      })
  void isNone(String json) {
    assertThat(read(json)).isNull();
  }

  @Test
  void depthAndBytesAreBounded() {
    assertThat(read("{\"a\":" + "[".repeat(31) + "]".repeat(31) + "}")).isNotNull();
    assertThat(read("{\"a\":" + "[".repeat(32) + "]".repeat(32) + "}")).isNull();
    assertThat(read("{\"a\":" + "[".repeat(1_000_000))).isNull();
    assertThat(JsonObject.read(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'})).isNull();
    assertThat(JsonObject.read(new byte[] {'{', '"', (byte) 0xc0, (byte) 0xaf, '"', ':', '1', '}'}))
        .isNull();
  }
}
