package dev.weft.runtime;

import dev.weft.bridge.InboundCall;
import dev.weft.bridge.Mesh;
import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.Peer;
import dev.weft.bridge.RequestHead;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the application meets while the engine is being made on another thread, which begins before
 * its main method and takes some tens of milliseconds. That long it waits, on its own thread: the
 * one place where a mesh blocks. Where it listens is kept meanwhile, and nobody waits for that.
 */
final class Gate implements Mesh {

  private final Duration patience;
  private final Mesh instead;
  private final Overdue overdue;
  private final CountDownLatch opened = new CountDownLatch(1);
  private volatile @Nullable Mesh engine;

  /** Is told where the application listens, and no longer does. */
  private final Later<Mesh> listener = new Later<>();

  /**
   * @param patience the longest that anybody waits
   * @param instead decides when the engine does not come
   */
  Gate(Duration patience, Mesh instead, Overdue overdue) {
    this.patience = patience;
    this.instead = instead;
    this.overdue = overdue;
  }

  void open(Mesh made) {
    listener.arrive(made);
    engine = made;
    opened.countDown();
  }

  /** The engine could not be made. */
  void fail() {
    open(instead);
  }

  private Mesh engine() {
    Mesh made = engine;
    if (made == null) {
      try {
        if (!opened.await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
          overdue.tell();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      made = engine;
    }
    return made == null ? instead : made;
  }

  @Override
  public boolean owns(String scheme, String authority) {
    return engine().owns(scheme, authority);
  }

  @Override
  public @Nullable OutboundCall outbound(RequestHead head) {
    return engine().outbound(head);
  }

  @Override
  public InboundCall inbound(Peer peer, RequestHead head) {
    return engine().inbound(peer, head);
  }

  @Override
  public Cancel after(Duration delay, Runnable task) {
    return engine().after(delay, task);
  }

  @Override
  public void listening(InetSocketAddress local, String library) {
    listener.tell(mesh -> mesh.listening(local, library));
  }

  @Override
  public void closed(InetSocketAddress local) {
    listener.tell(mesh -> mesh.closed(local));
  }
}
