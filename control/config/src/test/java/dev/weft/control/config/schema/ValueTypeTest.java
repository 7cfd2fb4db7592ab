package dev.weft.control.config.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueTypeTest {

  @ParameterizedTest
  @CsvSource({
    "1s,1000",
    "1.5s,1500",
    "300ms,300",
    "1h30m,5400000",
    "2m0.5s,120500",
    ".5s,500",
    "+1s,1000",
    "1000us,1"
  })
  void durationsInGosSyntax(String text, long millis) {
    assertThat(Durations.parse(text)).contains(Duration.ofMillis(millis));
    assertThat(ValueType.DURATION.invalid(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "s",
        "1d",
        "1 s",
        "1s ",
        "1.5.5s",
        "--1s",
        "0s",
        "-1s",
        "999us",
        "1.0005s",
        "9999999h",
        "1e3s",
        "99999999999999999999999999999999999999999999999999999999999999999999s"
      })
  void noDurations(String text) {
    assertThat(ValueType.DURATION.invalid(text)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "reviews",
        "reviews.demo.svc.cluster.local",
        "*.example.com",
        "*",
        "*-foo.com",
        "a.",
        "A1.b"
      })
  void hosts(String text) {
    assertThat(ValueType.ANY_HOST.invalid(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "a..b",
        "-a",
        "a-",
        "a_b",
        "a b",
        "foo*",
        "a.*.b",
        "**",
        "10.0.0.1",
        "a/b",
        "a:80",
        "http://a",
        "x.123"
      })
  void noHosts(String text) {
    assertThat(ValueType.ANY_HOST.invalid(text)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1:2",
        "1:2:3:4:5:6:7:8",
        "::ffff:10.0.0.1"
      })
  void addresses(String text) {
    assertThat(Syntax.isAddress(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1.2.3",
        "1.2.3.4.5",
        "256.0.0.1",
        "1.2.3.4.",
        ":",
        ":::",
        "1:2",
        "1::2::3",
        "g::",
        "12345::",
        "1:2:3:4:5:6:7:8:9",
        "::1%eth0",
        "example.com"
      })
  void noAddresses(String text) {
    assertThat(Syntax.isAddress(text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".*",
        "/v[0-9]+(/.*)?",
        "(?i)abc",
        "a{1000}",
        "(a{30}){30}",
        "[]a]{2}",
        "\\Q{1}\\E{2}",
        "[[:alpha:]]{9}"
      })
  void expressions(String text) {
    assertThat(ValueType.REGEX.invalid(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "(",
        "[",
        "a{1001}",
        "(?<=x)y",
        "(a)\\1",
        "((a{100}){100}){100}",
        "(a{2}b{1000}){2}",
        "(((((a{9}){9}){9}){9}){9}){9}",
        "a{99999999999}"
      })
  void noExpressions(String text) {
    assertThat(ValueType.REGEX.invalid(text)).isPresent();
  }

  @Test
  void hugeExpressionsAreRefusedBeforeTheyAreCompiled() {
    assertThat(ValueType.REGEX.invalid("a".repeat(1025)).orElseThrow())
        .contains("1025 characters (expected: <= 1024)")
        .hasSizeLessThan(200);
    String nested = "(".repeat(100) + "a" + "{10})".repeat(100);
    assertThat(ValueType.REGEX.invalid(nested).orElseThrow()).contains("repeats too often");
    String wide = "(?:[a-z]{1000}){1}".repeat(50);
    assertThat(ValueType.REGEX.invalid(wide).orElseThrow()).contains("steps (expected: <= 10000)");
  }

  @Test
  void theNearestNameIsSuggested() {
    var known = java.util.List.of("timeout", "route", "retries", "rewrite", "redirect");
    assertThat(Suggestion.nearest("tiemout", known)).contains("timeout");
    assertThat(Suggestion.nearest("Route", known)).contains("route");
    assertThat(Suggestion.nearest("routes", known)).contains("route");
    assertThat(Suggestion.nearest("xyz", known)).isEmpty();
    assertThat(Suggestion.nearest("r".repeat(1 << 20), known)).isEmpty();
  }
}
