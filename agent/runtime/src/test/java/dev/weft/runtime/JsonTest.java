package dev.weft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {

  @Test
  void writesWhatThePageHolds() {
    assertThat(Json.write(Map.of("a", Arrays.asList(1, 2.5, true, null, "x"))))
        .isEqualTo("{\"a\":[1,2.5,true,null,\"x\"]}");
    assertThat(Json.write(Map.of())).isEqualTo("{}");
    assertThat(Json.write(List.of())).isEqualTo("[]");
  }

  @Test
  void escapesWhatWouldBreakOut() {
    assertThat(Json.write("a\"b\\c\nd\u2028")).isEqualTo("\"a\\\"b\\\\c\\u000ad\\u2028\"");
  }
}
