package dev.weft.engine.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.HeaderEdits;
import dev.weft.engine.config.HeaderRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EditsTest {

  private static final String[] NAMES = {"a", "b", "C", "c"};

  private static List<Entry<String, String>> apply(
      HeaderEdits edits, List<Entry<String, String>> headers) {
    List<Entry<String, String>> pairs = new ArrayList<>(headers);
    edits.apply(HeaderEdits.of(pairs));
    pairs.sort(
        (x, y) -> (x.getKey() + x.getValue()).compareToIgnoreCase(y.getKey() + y.getValue()));
    return pairs;
  }

  private static HeaderEdits alone(HeaderRules rules) {
    return new HeaderEdits(rules.remove(), rules.set(), rules.add());
  }

  /** One set of edits does what the two would do in turn, whatever they are. */
  @Test
  void doesTheFirstThenTheSecond() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      List<Entry<String, String>> headers = pairs(random);
      HeaderRules first = rules(random);
      HeaderRules second = rules(random);
      List<Entry<String, String>> inTurn = apply(alone(second), apply(alone(first), headers));
      assertThat(lower(apply(Edits.of(first, second), headers)))
          .as("seed %d, %s then %s on %s", seed, first, second, headers)
          .isEqualTo(lower(inTurn));
    }
  }

  private static List<String> lower(List<Entry<String, String>> pairs) {
    return pairs.stream()
        .map(pair -> pair.getKey().toLowerCase(Locale.ROOT) + "=" + pair.getValue())
        .sorted()
        .toList();
  }

  private static HeaderRules rules(Random random) {
    List<String> remove = random.nextBoolean() ? List.of() : List.of(NAMES[random.nextInt(4)]);
    // A list that sets one name twice is not something a configuration can say.
    List<Entry<String, String>> set = random.nextBoolean() ? List.of() : List.of(pair(random));
    return new HeaderRules(remove, set, pairs(random));
  }

  private static List<Entry<String, String>> pairs(Random random) {
    List<Entry<String, String>> pairs = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      pairs.add(pair(random));
    }
    return pairs;
  }

  private static Entry<String, String> pair(Random random) {
    return Map.entry(NAMES[random.nextInt(4)], "" + random.nextInt(100));
  }

  @Test
  void neverChangesRoutingAndFraming() {
    HeaderRules rules =
        new HeaderRules(
            List.of(":path", "Host", "x"),
            List.of(Map.entry("host", "evil"), Map.entry("Content-Length", "1")),
            List.of(Map.entry("transfer-encoding", "chunked"), Map.entry("y", "1")));
    assertThat(Edits.of(HeaderRules.NONE, rules))
        .isEqualTo(new HeaderEdits(List.of("x"), List.of(), List.of(Map.entry("y", "1"))));
  }
}
