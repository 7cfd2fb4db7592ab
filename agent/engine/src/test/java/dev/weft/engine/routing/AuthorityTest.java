package dev.weft.engine.routing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorityTest {

  @ParameterizedTest
  @CsvSource({
    "reviews:9080, reviews:9080, reviews, 9080",
    "reviews, reviews:80, reviews, 80",
    "reviews:, reviews:80, reviews, 80",
    "Reviews.Default.SVC:9080, reviews.default.svc:9080, reviews.default.svc, 9080",
    "reviews.:9080, reviews:9080, reviews, 9080",
    "reviews., reviews:80, reviews, 80",
    "10.0.0.1:8080, 10.0.0.1:8080, 10.0.0.1, 8080",
    "[::1]:8080, [::1]:8080, [::1], 8080",
    "[2001:DB8::1], [2001:db8::1]:80, [2001:db8::1], 80",
  })
  void hasOneSpelling(String written, String name, String host, int port) {
    assertThat(Authority.parse(written)).isEqualTo(new Authority(name, host, port));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        ":80",
        "reviews:http",
        "reviews:-1",
        "reviews:65536",
        "reviews:99999999999",
        "user@reviews:80",
        "::1",
        "2001:db8::1",
        "[::1",
        "::1]:80"
      })
  void isNotWhatCannotBeAsked(String written) {
    assertThat(Authority.parse(written)).isNull();
  }

  @Test
  void isKeptAsWrittenWhenItIsWell() {
    String written = "reviews:9080";
    Authority parsed = Authority.parse(written);
    assertThat(parsed).isNotNull();
    assertThat(parsed.name()).isSameAs(written);
  }
}
