package dev.weft.runtime;

import dev.weft.engine.config.SpiffeId;
import dev.weft.engine.telemetry.Audit;
import dev.weft.engine.telemetry.ConnectionReport;
import dev.weft.engine.telemetry.RequestReport;
import dev.weft.engine.telemetry.SpanContext;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The record of what policies did, a line of JSON each: who, what, which policy, in which trace. No
 * query, no header: there may be secrets in them. Written by another thread, so many a second at
 * most; how many were left out is said by the next one.
 */
final class AuditLines implements Audit {

  private static final int MOST_PER_SECOND = 100;
  private static final long SECOND = 1000;
  private static final long MINUTE = 60 * SECOND;
  private static final long REFUSED = -1;

  private final Log log;
  private final Executor writer;
  private final InstantSource clock;

  // Guarded by this.
  private final Queue<Map<String, @Nullable Object>> waiting = new ArrayDeque<>();
  private final Map<String, Long> complained = new HashMap<>(); // by provider: few
  private boolean writing;
  private long second;
  private int taken;
  private long left;

  AuditLines(Log log, Executor writer, InstantSource clock) {
    this.log = log;
    this.writer = writer;
    this.clock = clock;
  }

  @Override
  public void told(What what, String why, RequestReport request) {
    tell(
        () -> {
          Map<String, @Nullable Object> line = line(what, why, request.peerPrincipal());
          line.put("remote", address(request.remote()));
          line.put("method", request.head().method());
          line.put("host", request.head().authority());
          line.put("path", request.head().path());
          SpanContext span = request.span();
          line.put("traceparent", span == null ? null : span.traceparent());
          return line;
        });
  }

  @Override
  public void told(What what, String policy, ConnectionReport connection) {
    tell(
        () -> {
          Map<String, @Nullable Object> line = line(what, policy, connection.peerPrincipal());
          line.put("remote", address(connection.remote()));
          line.put("port", connection.local().getPort());
          return line;
        });
  }

  private void tell(Supplier<Map<String, @Nullable Object>> content) {
    long leftOut = admit();
    if (leftOut == REFUSED) {
      return;
    }
    Map<String, @Nullable Object> line = content.get();
    if (leftOut > 0) {
      line.put("left_out", leftOut);
    }
    if (add(line)) {
      writer.execute(this::write);
    }
  }

  @Override
  public void failed(String provider, String reason) {
    if (isNews(provider)) {
      writer.execute(
          () ->
              log.warn(
                  "no authorization from "
                      + provider
                      + ": "
                      + reason
                      + " (said once a minute at most)"));
    }
  }

  private synchronized boolean isNews(String provider) {
    long now = clock.millis();
    Long before = complained.get(provider);
    boolean isNews = before == null || now - before >= MINUTE;
    if (isNews) {
      complained.put(provider, now);
    }
    return isNews;
  }

  /** How many were left out since the last that was not; {@link #REFUSED}: this one is, too. */
  private synchronized long admit() {
    long now = clock.millis() / SECOND;
    if (now != second) {
      second = now;
      taken = 0;
    }
    if (taken == MOST_PER_SECOND) {
      left++;
      return REFUSED;
    }
    taken++;
    long leftOut = left;
    left = 0;
    return leftOut;
  }

  /** Whether nobody writes yet. */
  private synchronized boolean add(Map<String, @Nullable Object> line) {
    waiting.add(line);
    boolean begins = !writing;
    writing = true;
    return begins;
  }

  private Map<String, @Nullable Object> line(What what, String why, @Nullable SpiffeId principal) {
    Map<String, @Nullable Object> line = new LinkedHashMap<>();
    line.put("audit", what.name());
    line.put("time", clock.instant().toString());
    line.put(what == What.UNAUTHENTICATED ? "details" : "policy", why.isEmpty() ? null : why);
    line.put("principal", principal == null ? null : principal.toString());
    return line;
  }

  private static @Nullable String address(@Nullable InetSocketAddress remote) {
    return remote == null ? null : remote.getAddress().getHostAddress();
  }

  private void write() {
    while (true) {
      Map<String, @Nullable Object> next;
      synchronized (this) {
        next = waiting.poll();
        if (next == null) {
          writing = false;
          return;
        }
      }
      log.audit(Json.write(next));
    }
  }
}
