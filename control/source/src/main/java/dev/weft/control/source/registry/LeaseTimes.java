package dev.weft.control.source.registry;

import java.time.Duration;

/**
 * How long a registration holds without its agent.
 *
 * @param lease after the last message of a stream that went silent, and after a restart of the
 *     control service; agents send a heartbeat every third of it
 * @param lost after a stream broke although its agent was heard a moment ago, which is how a killed
 *     process looks; long enough for an agent that only lost its connection to come back
 * @param silence what still counts as a moment ago: more than the interval of heartbeats, less than
 *     the time after which the server gives up a silent connection
 */
public record LeaseTimes(Duration lease, Duration lost, Duration silence) {

  public static final LeaseTimes DEFAULT =
      new LeaseTimes(Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofMillis(12_500));
}
