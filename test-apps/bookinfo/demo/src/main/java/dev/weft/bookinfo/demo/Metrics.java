package dev.weft.bookinfo.demo;

import dev.weft.harness.HarnessException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Metrics in Prometheus' text format, as one agent serves them, or several. */
final class Metrics {

  private static final Pattern SAMPLE = Pattern.compile("(\\w+)(?:\\{(.*)})? (\\S+)( \\d+)?");

  private final List<String> lines;

  Metrics(String page) {
    this(page.lines().filter(line -> !line.startsWith("#")).toList());
  }

  private Metrics(List<String> lines) {
    this.lines = lines;
  }

  static Metrics together(List<Metrics> pages) {
    return new Metrics(pages.stream().flatMap(page -> page.lines.stream()).toList());
  }

  static Metrics scrape(URI page) throws IOException, HarnessException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(page).timeout(Duration.ofSeconds(5)).build();
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new HarnessException(page + ": status " + response.statusCode() + " (expected: 200)");
    }
    return new Metrics(response.body());
  }

  /** The sum of all series of a metric that have these labels. */
  double sum(String metric, Map<String, String> labels) {
    double sum = 0;
    for (String line : lines) {
      Matcher sample = SAMPLE.matcher(line);
      if (sample.matches()
          && sample.group(1).equals(metric)
          && has(String.valueOf(sample.group(2)), labels)) {
        sum += Double.parseDouble(sample.group(3));
      }
    }
    return sum;
  }

  private static boolean has(String series, Map<String, String> labels) {
    return labels.entrySet().stream()
        .allMatch(
            label ->
                ("," + series).contains("," + label.getKey() + "=\"" + label.getValue() + "\""));
  }
}
