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

  private final StateStore store;

  @GuardedBy("this") private Instant until;

  private Horizon(StateStore store, Instant until) {
    this.store = store;
    this.until = until;
  }

  static Horizon open(StateStore store) throws IOException {
    return new Horizon(store, read(store));
  }

  /** {@link Instant#EPOCH} where nothing was issued yet. */
  static Instant read(StateStore store) throws IOException {
    Optional<String> text = store.read(NAME);
    if (text.isEmpty()) {
      return Instant.EPOCH;
    }
    try {
      return Instant.parse(TokenFile.text(JSONObjectUtils.parse(text.get()), "until"));
    } catch (ParseException | RuntimeException e) {
      throw new IOException(
          store.place(NAME)
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
      until =
          store.exclusively(
              () -> {
                Instant others = read(store); // those who share this place
                if (!end.isAfter(others)) {
                  return others;
                }
                store.write(
                    NAME, JSONObjectUtils.toJSONString(Map.of("until", next.toString())) + "\n");
                return next;
              });
    }
  }
}
