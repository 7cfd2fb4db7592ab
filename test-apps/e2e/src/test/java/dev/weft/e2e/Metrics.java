package dev.weft.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** An agent's page of metrics. */
public final class Metrics {

  private Metrics() {}

  /**
   * The sum of a metric over the series with all of these labels; zero where there is none.
   *
   * @param port where the agent serves its metrics
   * @param labels as the page has them, {@code name="value"}
   */
  public static double sum(int port, String name, String... labels) throws IOException {
    double sum = 0;
    for (String line : page(port).split("\n")) {
      boolean matches = line.startsWith(name + "{") || line.startsWith(name + " ");
      for (String label : labels) {
        matches &= line.contains(label);
      }
      sum += matches ? Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)) : 0;
    }
    return sum;
  }

  private static String page(int port) throws IOException {
    URI uri = URI.create("http://127.0.0.1:" + port + "/stats/prometheus");
    try (InputStream in = uri.toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
