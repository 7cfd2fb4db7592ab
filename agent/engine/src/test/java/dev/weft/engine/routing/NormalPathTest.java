package dev.weft.engine.routing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NormalPathTest {

  /** As Envoy 1.40 with {@code normalize_path} sent them on. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      quoteCharacter = '\u0001',
      textBlock =
          """
          /a/./b /a/b
          /a/../b /b
          /%61 /a
          /%2e%2e/x /x
          /a/%2E%2e/b /b
          /.. /
          /../.. /
          /a\\b /a/b
          /a;v=1/../b /b
          /%7e~ /~~
          //..//a //a
          /%41%5A%30%2d%5f%2E /AZ0-_.
          /a/.b/./ /a/.b/
          /a/..?x=/../y /?x=/../y
          /a|b /a%7Cb
          /a^b /a%5Eb
          /a"b<c> /a%22b%3Cc%3E
          /a{b} /a%7Bb%7D
          /a/%2e /a/
          /%2e /
          //. //
          """)
  void isEnvoys(String written, String normal) {
    assertThat(NormalPath.of(written)).isEqualTo(normal);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "*",
        "",
        "?a",
        "/a//b",
        "/%2F",
        "/%2f..",
        "/%c3%a9",
        "/%25",
        "/%2a*",
        "/a%20b",
        "/%zz",
        "/%",
        "/%4",
        "/a%3Bb",
        "/a.",
        "/a/...",
        "/.a",
        "/%0a",
        "/[x]",
        "/a'b",
        "/a%5Cb",
        "/a%5c..%5cb",
        "/%3f",
        "/a?x=%61/../b",
        "/%26%3d%2b%24%2c%3a%40"
      })
  void whatIsNormalStaysTheSameObject(String target) {
    assertThat(NormalPath.of(target)).isSameAs(target);
  }

  @Test
  void onlyAnEncodedNulInThePathIsForbidden() {
    assertThat(NormalPath.isForbidden("/%00")).isTrue();
    assertThat(NormalPath.isForbidden("/a%00b?c")).isTrue();
    assertThat(NormalPath.isForbidden("/a?b=%00")).isFalse();
    assertThat(NormalPath.isForbidden("/%0")).isFalse();
  }
}
