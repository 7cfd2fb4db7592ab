package dev.weft.telemetry.metrics;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads Prometheus' text format strictly: every line must be a comment or a sample of the family
 * that was declared last; no series twice; label values escaped; a histogram cumulative and
 * complete.
 */
final class Scrape {

  private static final Pattern SAMPLE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)\\})? (\\S+)");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\n]|\\\\[\\\\\"n])*)\"(,|$)");

  private final Map<String, Double> samples = new LinkedHashMap<>();
  private final Map<String, String> types = new HashMap<>();
  private final Set<String> helped = new HashSet<>();
  private @Nullable String family;

  static Scrape read(String text) {
    if (!text.endsWith("\n")) {
      throw new AssertionError("the last line does not end");
    }
    Scrape scrape = new Scrape();
    for (String line : text.substring(0, text.length() - 1).split("\n", -1)) {
      scrape.line(line);
    }
    return scrape;
  }

  private void line(String line) {
    if (line.equals("# EOF")) {
      return;
    }
    if (line.startsWith("# HELP ")) {
      family = line.split(" ", 4)[2];
      require(helped.add(family), "helped twice: " + line);
    } else if (line.startsWith("# TYPE ")) {
      String[] words = line.split(" ", 4);
      require(words[2].equals(family), "type of another family: " + line);
      types.put(words[2], words[3]);
    } else {
      sample(line);
    }
  }

  private void sample(String line) {
    Matcher matcher = SAMPLE.matcher(line);
    require(matcher.matches(), "no sample: " + line);
    String name = matcher.group(1);
    require(family != null && name.startsWith(family), "sample of another family: " + line);
    String labels = matcher.group(2) == null ? "" : labels(matcher.group(2), line).toString();
    String key = name + labels;
    String value = matcher.group(3).replace("+Inf", "Infinity");
    require(samples.put(key, Double.valueOf(value)) == null, "series twice: " + line);
  }

  private static Map<String, String> labels(String text, String line) {
    Map<String, String> labels = new TreeMap<>();
    Matcher matcher = LABEL.matcher(text);
    int at = 0;
    while (at < text.length()) {
      require(matcher.find(at) && matcher.start() == at, "label at " + at + ": " + line);
      require(labels.put(matcher.group(1), matcher.group(2)) == null, "label twice: " + line);
      at = matcher.end();
    }
    return labels;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  /** The sum of all samples of this name whose labels contain all of these ({@code a=b}). */
  double sum(String name, String... labels) {
    double sum = 0;
    for (Map.Entry<String, Double> sample : samples.entrySet()) {
      String key = sample.getKey();
      boolean isOf = key.equals(name) || key.startsWith(name + "{");
      boolean has = true;
      for (String label : labels) {
        has &=
            key.contains("{" + label + ",")
                || key.contains(" " + label + ",")
                || key.contains(" " + label + "}")
                || key.contains("{" + label + "}");
      }
      sum += isOf && has ? sample.getValue() : 0;
    }
    return sum;
  }

  Map<String, String> types() {
    return types;
  }

  Map<String, Double> samples() {
    return samples;
  }
}
