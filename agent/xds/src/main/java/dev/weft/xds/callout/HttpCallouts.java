package dev.weft.xds.callout;

import dev.weft.engine.extauthz.AuthorizationService.HttpReply;
import dev.weft.engine.extauthz.HttpCheck;
import dev.weft.xds.ControlLog;
import dev.weft.xds.callout.HttpLine.StaleException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Asks services over HTTP/1.1 what becomes of a request. A question takes a thread while it lasts,
 * of those that there are anyway, and a connection that others have left or a new one; beneath it
 * the mesh's TLS is as for any other connection of this process.
 */
public final class HttpCallouts implements AutoCloseable {

  static final int MOST_AT_ONCE = 200;
  private static final int MOST_KEPT = 32;
  private static final Duration KEPT_FOR = Duration.ofSeconds(20);
  private static final Duration CONNECT = Duration.ofSeconds(2);

  private final Executor worker;
  private final BiFunction<Duration, Runnable, Runnable> timer;
  private final ControlLog log;
  private final Semaphore places = new Semaphore(MOST_AT_ONCE);

  // Guarded by this.
  private final Map<InetSocketAddress, Deque<HttpLine>> kept = new HashMap<>();
  private boolean told;
  private boolean purging;
  private boolean closed;

  /**
   * @param worker its threads may run the application's code
   * @param timer runs a task after a while, and gives what calls it off
   */
  public HttpCallouts(
      Executor worker, BiFunction<Duration, Runnable, Runnable> timer, ControlLog log) {
    this.worker = worker;
    this.timer = timer;
    this.log = log;
  }

  /**
   * One question.
   *
   * @param address unresolved: the name is looked up
   * @param timeout of all of it, connecting included
   * @return completes on a thread of the worker, within the timeout, never exceptionally
   */
  CompletionStage<HttpReply> send(
      InetSocketAddress address, HttpCheck.Request request, Duration timeout) {
    CompletableFuture<HttpReply> reply = new CompletableFuture<>();
    if (!places.tryAcquire()) {
      reply.complete(new HttpReply.Failed(MOST_AT_ONCE + " questions wait already"));
      return reply;
    }
    Exchange exchange = new Exchange(address, request, timeout, reply);
    try {
      worker.execute(exchange::run);
    } catch (RejectedExecutionException e) {
      places.release();
      reply.complete(new HttpReply.Failed("no thread is left"));
    }
    return reply;
  }

  /** One question, on a thread of its own. */
  private final class Exchange {

    private final InetSocketAddress address;
    private final HttpCheck.Request request;
    private final Duration timeout;
    private final CompletableFuture<HttpReply> reply;
    private final long end;
    private @Nullable HttpLine line; // guarded by this
    private boolean late; // guarded by this

    Exchange(
        InetSocketAddress address,
        HttpCheck.Request request,
        Duration timeout,
        CompletableFuture<HttpReply> reply) {
      this.address = address;
      this.request = request;
      this.timeout = timeout;
      this.reply = reply;
      this.end = System.nanoTime() + timeout.toNanos();
    }

    void run() {
      Runnable off = timer.apply(timeout, this::timeOut);
      HttpReply result;
      try {
        result = ask();
      } catch (IOException | RuntimeException e) {
        result = new HttpReply.Failed(isLate() ? late() : String.valueOf(e.getMessage()));
        tell(result);
      } finally {
        off.run();
        places.release();
      }
      reply.complete(result);
    }

    private HttpReply ask() throws IOException {
      HttpLine used = take(address);
      if (used != null) {
        try {
          return over(used);
        } catch (StaleException e) {
          // It was closed while nobody used it: nothing was read of the question.
        }
      }
      return over(HttpLine.open(address, least(CONNECT)));
    }

    private HttpReply over(HttpLine over) throws IOException {
      if (!begin(over)) {
        over.close();
        throw new IOException(late());
      }
      try {
        HttpReply.Response response = over.exchange(request, this::left);
        if (over.isReusable()) {
          keep(address, over);
        } else {
          over.close();
        }
        return response;
      } catch (SocketTimeoutException e) {
        over.close();
        throw new IOException(late(), e);
      } catch (IOException | RuntimeException e) {
        over.close();
        throw e;
      }
    }

    private Duration least(Duration other) throws IOException {
      Duration left = left();
      return left.compareTo(other) < 0 ? left : other;
    }

    private Duration left() throws IOException {
      long nanos = end - System.nanoTime();
      if (nanos < 1_000_000) {
        throw new IOException(late());
      }
      return Duration.ofNanos(nanos);
    }

    private synchronized boolean begin(HttpLine over) {
      line = over;
      return !late;
    }

    private synchronized boolean isLate() {
      return late;
    }

    private String late() {
      return "no answer within " + timeout.toMillis() + " ms";
    }

    // What blocks ends by it, if it does not by itself: a write has no timeout of its own.
    private void timeOut() {
      HttpLine over;
      synchronized (this) {
        late = true;
        over = line;
      }
      if (over != null && !reply.isDone()) {
        over.close();
      }
      worker.execute(() -> reply.complete(new HttpReply.Failed(late())));
    }

    private void tell(HttpReply result) {
      synchronized (HttpCallouts.this) {
        if (told) {
          return;
        }
        told = true;
      }
      log.warn("no answer from " + address + ": " + ((HttpReply.Failed) result).reason());
    }
  }

  private synchronized @Nullable HttpLine take(InetSocketAddress address) {
    Deque<HttpLine> lines = kept.get(address);
    HttpLine found = null;
    while (lines != null && found == null && !lines.isEmpty()) {
      HttpLine line = lines.removeLast();
      if (line.idle().compareTo(KEPT_FOR) < 0) {
        found = line;
      } else {
        line.close();
      }
    }
    return found;
  }

  private synchronized void keep(InetSocketAddress address, HttpLine line) {
    told = false;
    Deque<HttpLine> lines = kept.computeIfAbsent(address, any -> new ArrayDeque<>());
    if (closed || lines.size() >= MOST_KEPT) {
      line.close();
      return;
    }
    line.rests();
    lines.addLast(line);
    if (!purging) {
      purging = true;
      Runnable unused = timer.apply(KEPT_FOR, this::purge);
    }
  }

  private synchronized void purge() {
    for (Deque<HttpLine> lines : kept.values()) {
      while (!lines.isEmpty() && lines.getFirst().idle().compareTo(KEPT_FOR) >= 0) {
        lines.removeFirst().close();
      }
    }
    kept.values().removeIf(Deque::isEmpty);
    purging = !kept.isEmpty();
    if (purging) {
      Runnable unused = timer.apply(KEPT_FOR, this::purge);
    }
  }

  /** Ends all connections that nobody uses. */
  @Override
  public synchronized void close() {
    closed = true;
    kept.values().forEach(lines -> lines.forEach(HttpLine::close));
    kept.clear();
  }
}
