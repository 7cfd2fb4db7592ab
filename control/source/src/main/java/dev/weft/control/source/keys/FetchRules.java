package dev.weft.control.source.keys;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What may be fetched, and how often.
 *
 * @param privateHosts hosts, as URLs name them, that may be at private addresses and may be spoken
 *     to without TLS
 * @param refresh how long keys are used before they are fetched again
 */
public record FetchRules(Set<String> privateHosts, Duration refresh) {

  public static final FetchRules DEFAULT = new FetchRules(Set.of(), Duration.ofMinutes(5));

  public FetchRules {
    privateHosts =
        privateHosts.stream()
            .map(host -> host.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
    if (refresh.toMillis() < 1) {
      throw new IllegalArgumentException("jwks-refresh: " + refresh + " (expected: 1 ms or more)");
    }
  }

  boolean isPrivate(String host) {
    return privateHosts.contains(host.toLowerCase(Locale.ROOT));
  }
}
