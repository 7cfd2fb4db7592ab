package dev.weft.xds;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What is counted; from any thread. */
final class Health {

  /** Names of ignored fields that a hostile control service could invent. */
  private static final int MOST_FIELDS = 1000;

  private final Map<Integer, String> refusedPorts = new HashMap<>();
  private final Map<String, Long> ignoredFields = new HashMap<>();
  private boolean connected;
  private boolean registered;
  private String protocol = "";
  private long lastUpdate;
  private long updates;
  private long nacks;
  private long failures;
  private @Nullable String lastNack;
  private @Nullable String lastFailure;

  synchronized void answered(String by) {
    connected = true;
    protocol = by;
  }

  synchronized void received(long now) {
    updates++;
    lastUpdate = now;
  }

  /** Whether the reason is another than the last one. */
  synchronized boolean refused(String reason) {
    nacks++;
    boolean news = !reason.equals(lastNack);
    lastNack = reason;
    return news;
  }

  synchronized void ignored(String field) {
    if (ignoredFields.size() < MOST_FIELDS || ignoredFields.containsKey(field)) {
      ignoredFields.merge(field, 1L, Long::sum);
    }
  }

  /** Whether this is news: the connection stood, or failed for another reason before. */
  synchronized boolean lost(String reason) {
    boolean news = connected || !reason.equals(lastFailure);
    connected = false;
    registered = false;
    failures++;
    lastFailure = reason;
    return news;
  }

  synchronized void registered() {
    registered = true;
  }

  /** Whether this is news. */
  synchronized boolean refusedPort(int port, String reason) {
    return !reason.equals(refusedPorts.put(port, reason));
  }

  synchronized void closedPort(int port) {
    refusedPorts.remove(port);
  }

  synchronized ControlStatus status(int subscriptions, long now) {
    return new ControlStatus(
        connected,
        protocol,
        updates == 0 ? -1 : TimeUnit.NANOSECONDS.toMillis(now - lastUpdate),
        subscriptions,
        updates,
        nacks,
        lastNack,
        failures,
        lastFailure,
        registered,
        refusedPorts,
        ignoredFields);
  }
}
