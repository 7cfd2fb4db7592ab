package dev.weft.instrumentation.jdkhttpserver;

import dev.weft.bridge.Completion;
import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Headers;
import dev.weft.bridge.InboundCall;
import dev.weft.bridge.Weft;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One exchange, from its headers to its end. Found by the server's exchange and by its connection,
 * because either may be what is seen of the end.
 */
final class Arrival {

  /** Neither key defines equality. */
  private static final Map<Object, Arrival> OPEN = new ConcurrentHashMap<>();

  private final Object exchange;
  private final Object connection;
  private final AtomicBoolean admitted = new AtomicBoolean();
  private final AtomicBoolean over = new AtomicBoolean();

  // Guarded by this.
  private boolean handling;
  private boolean written;

  private volatile @Nullable InboundCall call;
  private volatile boolean refused;
  private volatile int status;
  private volatile long length;

  Arrival(Object exchange, Object connection) {
    this.exchange = exchange;
    this.connection = connection;
    OPEN.put(exchange, this);
    OPEN.put(connection, this);
  }

  static @Nullable Arrival of(Object exchangeOrConnection) {
    return OPEN.get(exchangeOrConnection);
  }

  /** How many exchanges are open: for tests. */
  static int open() {
    return OPEN.size() / 2;
  }

  /** True for the first chain that the exchange goes through. */
  boolean isFirst() {
    return admitted.compareAndSet(false, true);
  }

  void joined(InboundCall inbound) {
    call = inbound;
  }

  /** The application's handler is about to run. */
  synchronized void handling() {
    handling = true;
  }

  /** It has returned; the exchange may go on elsewhere. */
  void handled() {
    boolean complete;
    synchronized (this) {
      handling = false;
      complete = written;
    }
    if (complete) {
      finished(null);
    }
  }

  /**
   * The response was written to its end, or so the server says: it takes a broken connection for an
   * end, and only the handler's own failure tells them apart.
   */
  void written() {
    synchronized (this) {
      written = true;
      if (handling) {
        return;
      }
    }
    finished(null);
  }

  /** The connection is closed, whatever was still going on there. */
  void closed() {
    synchronized (this) {
      if (written && handling) {
        return;
      }
    }
    finished(new IOException("the connection was closed before the response ended"));
  }

  void refused() {
    refused = true;
  }

  /**
   * The response head is about to be committed.
   *
   * @param declared as the application declared it to the server: -1 none, 0 chunked
   */
  void committing(int sent, long declared, com.sun.net.httpserver.Headers headers) {
    status = sent;
    length = declared == 0 ? -1 : Math.max(declared, 0);
    InboundCall inbound = call;
    if (inbound == null || refused) {
      return; // a refusal is answered as it is
    }
    Headers view = HeaderMaps.view(headers);
    HeaderEdits edits = inbound.responding(sent, view);
    edits.apply(HeaderMaps.target(headers));
  }

  /** Only the first call counts. */
  void finished(@Nullable Throwable failure) {
    if (!over.compareAndSet(false, true)) {
      return;
    }
    OPEN.remove(exchange, this);
    OPEN.remove(connection, this);
    InboundCall inbound = call;
    if (inbound == null) {
      return;
    }
    try {
      inbound.finished(
          status, new Completion(failure == null ? length : -1, Headers.NONE, failure));
    } catch (Throwable t) {
      Weft.suppressed("jdk-httpserver", t); // the exchange is over for everybody else
    }
  }
}
