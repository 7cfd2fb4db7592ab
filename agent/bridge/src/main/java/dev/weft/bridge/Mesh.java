package dev.weft.bridge;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What adapters ask of the engine. No method blocks, and every method may be called by any thread.
 */
public interface Mesh {

  /** The library of a listener of which nobody knows what is spoken there. */
  String TCP = "tcp";

  /**
   * Whether requests to this authority may be the mesh's business, for libraries that must decide
   * before the request is complete. A {@code true} may still be followed by a null {@link
   * #outbound}.
   *
   * @param scheme {@code http} or {@code https}, any case
   * @param authority host, or host:port, as the application wrote it
   */
  boolean owns(String scheme, String authority);

  /** A request that the application is about to send; null when it is not the mesh's business. */
  @Nullable OutboundCall outbound(RequestHead head);

  /** A request that has arrived; asked before the application sees it. */
  InboundCall inbound(Peer peer, RequestHead head);

  /**
   * Runs the task once after the delay, on a thread of the agent. The task must not block: it is
   * the one timer of all adapters.
   */
  Cancel after(Duration delay, Runnable task);

  /**
   * The application accepts connections here now. Told again, the later word counts.
   *
   * @param library that asks {@link #inbound} about each request there; or {@link #TCP}
   */
  void listening(InetSocketAddress local, String library);

  /** The application no longer accepts connections here. Unknown addresses are ignored. */
  void closed(InetSocketAddress local);

  /** Takes a task of {@link Mesh#after} back; too late is not an error. */
  @FunctionalInterface
  interface Cancel {
    void cancel();
  }
}
