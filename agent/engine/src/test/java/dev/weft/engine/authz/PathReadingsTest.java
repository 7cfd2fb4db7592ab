package dev.weft.engine.authz;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a path may mean. */
class PathReadingsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/admin",
        "/a/b.c/d-e_f~",
        "/a?x=/../b;c%2F",
        "*",
        "/pkg.Service/Method",
        "/a/"
      })
  void mostHaveOneMeaning(String target) {
    assertThat(PathReadings.of(target)).containsExactly(target.replaceAll("[?].*", ""));
  }

  @ParameterizedTest
  @CsvSource({
    "/info/../admin, /admin",
    "/something/../admin?x, /admin",
    "//admin, /admin",
    "//host/admin, /admin",
    "//host/x/../admin;y, /admin",
    "//host//admin, /admin",
    "/x//admin, /x/admin",
    "/./admin, /admin",
    "/%61dmin, /admin",
    "/x/%2e%2e/admin, /admin",
    "/x%2F..%2Fadmin, /admin",
    "%2Fadmin, ''",
    "/%2Fadmin, /admin",
    "/a%5C..%5Cadmin, /admin",
    "/a\\..\\admin, /admin",
    "/\\admin, /admin",
    "/admin;x=y, /admin",
    "/admin;x/users, /admin/users",
    "/a;b/../admin, /admin",
    "/.;/admin, /admin",
    "/user/..;foo=bar/admin, /admin",
    "/admin;x=y/action;foo=bar, /admin/action",
    "/x/%2e%2e;a/admin, /admin",
    "/adm%69n%3Bx, /admin",
    // The JDK's server decodes and resolves nothing.
    "/admin%2F..%2Fx, /admin/../x",
    "/a;b/../admin%2F..%2Fx, /admin/../x",
    "/admin%2F..%3Bx%2Fy, /admin/../y",
    // Others resolve first, and decode what is left.
    "/a%2Fb/../admin%2Fx, /admin/x",
    "/a%2Fb/%2e%2e/admin%2Fx, /admin/x",
    "/a%2Fb//../admin%2Fx, /admin/x",
    "/a%2Fb;c/../admin%2Fx%2F..%2Fy, /admin/y",
  })
  void othersMayMeanWhatServersMakeOfThem(String target, String meant) {
    if (meant.isEmpty()) {
      assertThat(PathReadings.of(target)).isNull();
    } else {
      assertThat(PathReadings.of(target)).contains(meant, target.replaceAll("[?].*", ""));
    }
  }

  @Test
  void isDecodedOnce() {
    assertThat(PathReadings.of("/%252e%252e/admin"))
        .contains("/%2e%2e/admin")
        .doesNotContain("/admin", "/../admin");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "admin",
        "Service/Method",
        "/user/profile#section1",
        "/protected#",
        "/admin%00",
        "/admin%0a",
        "/admin%0d%0a",
        "/admin%7f",
        "/\u0000",
        "**",
        "http://host/admin"
      })
  void someMeanNothingForSure(String target) {
    assertThat(PathReadings.of(target)).isNull();
  }
}
