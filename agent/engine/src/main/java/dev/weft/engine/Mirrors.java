package dev.weft.engine;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Who sends copies of requests. Nobody waits for it: it decides at once whether it takes a copy,
 * and whatever comes of it is nobody's business.
 */
@FunctionalInterface
public interface Mirrors {

  /** Sends none. */
  Mirrors NONE = copy -> false;

  /**
   * One copy.
   *
   * @param headers all but those of the connection and the body
   * @param timeout for all of it
   * @param over to be run once when it is over, if it was taken
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Copy(
      InetSocketAddress address,
      String method,
      String authority,
      String target,
      List<Map.Entry<String, String>> headers,
      byte[] body,
      Duration timeout,
      Runnable over) {}

  /** Whether the copy was taken; false when there are too many under way. */
  boolean take(Copy copy);
}
