package dev.weft.control.xds;

import java.time.Instant;
import java.util.List;

/**
 * A response that a client refused (NACK). It is not repeated until its content changes; the client
 * keeps what it had.
 *
 * @param reason the client's own words, shortened
 * @param resources the names in the refused response
 */
public record Rejection(String reason, List<String> resources, Instant at) {

  private static final int MAX_REASON = 2000;

  public Rejection {
    reason = reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) + "…" : reason;
    resources = List.copyOf(resources);
  }
}
