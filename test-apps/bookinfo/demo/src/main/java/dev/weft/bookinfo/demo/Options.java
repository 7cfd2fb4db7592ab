package dev.weft.bookinfo.demo;

import dev.weft.harness.HarnessException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The command line; {@code run --help} explains it.
 *
 * @param ci check everything, exit non-zero on a miss, do not stay up
 * @param otlp where spans go; null: the demo counts them itself
 * @param logs where the processes' output stays; null: nowhere
 */
record Options(boolean ci, @Nullable URI otlp, @Nullable Path logs) {

  static Options parse(List<String> args) throws HarnessException {
    boolean ci = false;
    URI otlp = null;
    Path logs = null;
    for (Iterator<String> rest = args.iterator(); rest.hasNext(); ) {
      String option = rest.next();
      switch (option) {
        case "--ci" -> ci = true;
        case "--otlp" -> otlp = collector(value(option, rest));
        case "--logs" -> logs = Path.of(value(option, rest)).toAbsolutePath();
        default -> throw new HarnessException("unknown option " + option + " (see --help)");
      }
    }
    return new Options(ci, otlp, logs);
  }

  private static String value(String option, Iterator<String> rest) throws HarnessException {
    if (!rest.hasNext()) {
      throw new HarnessException(option + " needs a value (see --help)");
    }
    return rest.next();
  }

  private static URI collector(String url) throws HarnessException {
    if (!url.matches("https?://[^/\\s]+(/\\S*)?")) {
      throw new HarnessException(
          "--otlp: " + url + " (expected: a URL like http://localhost:4318)");
    }
    return URI.create(url);
  }
}
