package dev.weft.injector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.fabric8.zjsonpatch.JsonPatch;
import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Each pod of the corpus gets exactly the patch that was reviewed; {@code
 * -Dweft.goldens.write=true} writes those anew, to be reviewed.
 */
class CorpusTest {

  private static final int LEAST = 60;

  @Test
  void isLargeEnough() throws IOException {
    assertThat(Corpus.all()).hasSizeGreaterThanOrEqualTo(LEAST);
  }

  @TestFactory
  Stream<DynamicTest> asReviewed() throws IOException {
    return Corpus.all().stream().map(one -> dynamicTest(one.name(), () -> check(one)));
  }

  private static void check(Corpus.Case one) throws IOException, PodException {
    JsonNode before = one.pod().deepCopy();
    Injection injection = one.inject();
    assertThat(one.pod()).as("the pod that was given").isEqualTo(before);
    assertThat(JsonPatch.apply(injection.patch(), before)).isEqualTo(injection.pod());
    String text = text(injection);
    if (Boolean.getBoolean("weft.goldens.write")) {
      Files.writeString(one.golden(), text);
    }
    assertThat(text).isEqualTo(Files.readString(one.golden()));
    assertThat(new Injector(one.rules()).inject(injection.pod(), one.origin()).patch())
        .as("done twice")
        .isEmpty();
  }

  /** One operation a line, so that a change is seen. */
  private static String text(Injection injection) {
    StringBuilder text = new StringBuilder();
    text.append("injected: ").append(String.join(", ", injection.containers())).append('\n');
    text.append("skipped: ").append(injection.skipped()).append('\n');
    for (Notice notice : injection.notices()) {
      text.append(notice.reason().level()).append(' ').append(notice.reason().camelCase());
      text.append(": ").append(notice).append('\n');
    }
    ArrayNode patch = injection.patch();
    for (JsonNode operation : patch) {
      text.append(operation.path("op").asText()).append(' ');
      text.append(operation.path("path").asText()).append(' ');
      text.append(operation.path("value")).append('\n');
    }
    return text.toString().replace(" \n", "\n");
  }
}
