package dev.weft.control.ca;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * When the last certificate ends that was issued so far: {@code horizon.json}. On disk before such
 * a certificate is given away, and a little later than it need be, so that it is seldom written. A
 * root may be retired no sooner.
 */
final class Horizon {

  private static final String NAME = "horizon.json";
  private static final int SHARE = 4;

  private final StateFolder folder;

  @GuardedBy("this") private Instant until;

  private Horizon(StateFolder folder, Instant until) {
    this.folder = folder;
    this.until = until;
  }

  static Horizon open(StateFolder folder) throws IOException {
    return new Horizon(folder, read(folder));
  }

  /** {@link Instant#EPOCH} where nothing was issued yet. */
  static Instant read(StateFolder folder) throws IOException {
    Optional<String> text = folder.read(NAME);
    if (text.isEmpty()) {
      return Instant.EPOCH;
    }
    try {
      return Instant.parse(TokenFile.text(JSONObjectUtils.parse(text.get()), "until"));
    } catch (ParseException | RuntimeException e) {
      throw new IOException(
          folder.file(NAME)
              + " is damaged: "
              + Shown.of(String.valueOf(e.getMessage()))
              + " (expected: what this service wrote; restore it from a backup)",
          e);
    }
  }

  /** Notes that certificates end as late as this. */
  synchronized void reaches(Instant end, Instant now) throws IOException {
    if (end.isAfter(until)) {
      Instant next = end.plus(Duration.between(now, end).dividedBy(SHARE));
      folder.write(NAME, JSONObjectUtils.toJSONString(Map.of("until", next.toString())) + "\n");
      until = next;
    }
  }
}
