package dev.weft.instrumentation.jdksockets;

import dev.weft.bridge.Guard;
import dev.weft.bridge.Weft;
import java.io.IOException;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * The one thread that looks after connections until their bytes flow: it drives handshakes that
 * nobody else drives, and ends those that take too long. It waits for nobody.
 */
final class Caretaker implements Runnable {

  private static final long TICK_NANOS = 10_000_000;
  private static final Set<Link> YOUNG = ConcurrentHashMap.newKeySet();
  private static final Set<Farewell> FAREWELLS = ConcurrentHashMap.newKeySet();

  private static final class Holder {
    static final Thread THREAD = start();

    private static Thread start() {
      // Nothing of whoever connects first: neither its thread locals nor its class loader.
      Thread thread = new Thread(null, new Caretaker(), "weft-sockets", 0, false);
      thread.setDaemon(true);
      thread.setContextClassLoader(null);
      thread.start();
      return thread;
    }
  }

  private Caretaker() {}

  static void watch(Link link) {
    Thread thread = Holder.THREAD;
    if (!thread.isAlive()) {
      throw new IllegalStateException("nobody looks after connections any more");
    }
    boolean first = YOUNG.isEmpty();
    YOUNG.add(link);
    if (first) {
      LockSupport.unpark(thread);
    }
  }

  /** Sends the last bytes of a connection that is about to be closed, when its peer takes them. */
  static void farewell(RawSocket raw, Bytes last) throws IOException {
    FAREWELLS.add(new Farewell(raw.duplicate(), last, System.nanoTime()));
    LockSupport.unpark(Holder.THREAD);
  }

  static void leave(Link link) {
    YOUNG.remove(link);
  }

  @Override
  public void run() {
    Guard.enter(Guard.AGENT);
    while (true) {
      try {
        if (YOUNG.isEmpty() && FAREWELLS.isEmpty()) {
          LockSupport.park(this);
        } else {
          LockSupport.parkNanos(this, TICK_NANOS);
          visit(System.nanoTime());
        }
      } catch (RuntimeException | Error e) {
        Weft.suppressed("jdk-sockets", e); // an OutOfMemoryError, maybe: there are others to visit
      }
    }
  }

  private static void visit(long now) {
    for (Iterator<Farewell> farewells = FAREWELLS.iterator(); farewells.hasNext(); ) {
      if (farewells.next().care(now)) {
        farewells.remove();
      }
    }
    for (Iterator<Link> links = YOUNG.iterator(); links.hasNext(); ) {
      if (links.next().care(now)) {
        links.remove();
      }
    }
  }
}
