package dev.weft.engine.wire;

import dev.weft.bridge.Connection;
import dev.weft.bridge.Hello;
import dev.weft.engine.config.Cluster.Service;
import dev.weft.engine.config.SpiffeId;
import dev.weft.engine.config.Transport;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A guarded connection that is open. */
public final class Link {

  /** Whose the encryption of its bytes is. */
  enum Cipher {
    /** Nobody's that we know of. */
    NONE,
    /** The application's own TLS: its first bytes were a hello that is not the mesh's. */
    OWN,
    /** The mesh's. */
    MESH
  }

  private final Connection connection;
  private final @Nullable SpiffeId principal;
  private final Cipher cipher;
  private final long openedNanos;
  private final @Nullable Served served; // of an outbound one
  private final boolean judged; // of one that was accepted
  private volatile boolean requests;

  // Of an outbound one: what is spoken, and since when nothing went over it.
  private volatile @Nullable Transport transport;
  private volatile boolean outdated;
  private volatile @Nullable Service destination;
  private long bytesSeen = -1;

  // Of one that was accepted in plaintext: who calls, once it is counted.
  private volatile PlaintextCallers.@Nullable Caller caller;
  private boolean over; // guarded by the callers

  // What was told of it already; guarded by this.
  private boolean counted;
  private long sentTold;
  private long receivedTold;

  private Link(
      Connection connection,
      Cipher cipher,
      long openedNanos,
      @Nullable Served served,
      boolean judged) {
    String name = connection.principal();
    this.connection = connection;
    this.principal = name == null ? null : SpiffeId.parse(name);
    this.cipher = principal == null ? cipher : Cipher.MESH;
    this.openedNanos = openedNanos;
    this.served = served;
    this.judged = judged;
  }

  /** One that this JVM has made. */
  Link(Connection connection, long openedNanos, @Nullable Served served) {
    this(connection, Cipher.NONE, openedNanos, served, false);
  }

  /**
   * One that was accepted.
   *
   * @param cipher if it is not the mesh's
   * @param judged whether policies judge it, for nobody will ask them about its requests
   */
  Link(Connection connection, Cipher cipher, long openedNanos, boolean judged) {
    this(connection, cipher, openedNanos, null, judged);
  }

  Connection connection() {
    return connection;
  }

  /** Who the peer has proved to be; null: plaintext, or the application's own TLS. */
  public @Nullable SpiffeId principal() {
    return principal;
  }

  Cipher cipher() {
    return cipher;
  }

  /** Whether policies judge the connection itself: nobody asks them about its requests. */
  boolean isJudged() {
    return judged && !requests;
  }

  /** The server name that its TLS hello asked for; null: none, or there was no such hello. */
  public @Nullable String serverName() {
    Hello hello = connection.hello();
    return hello == null ? null : hello.serverName();
  }

  long openedNanos() {
    return openedNanos;
  }

  /** A request has come over it: it is no opaque stream. */
  void carriesRequest() {
    if (!requests) {
      requests = true;
    }
  }

  boolean carriesRequests() {
    return requests || (served != null && served.isAsked());
  }

  /** It is outbound, and was routed to this service; null: it was not routed. */
  void goesTo(@Nullable Service service) {
    destination = service;
  }

  @Nullable Service destination() {
    return destination;
  }

  /** It is outbound, and speaks what was said of its address; null: nothing was. */
  void speaks(@Nullable Transport said) {
    transport = said;
  }

  /**
   * Something else may be said of its address now, or somebody else be there. Where nobody of the
   * mesh is any more it stays as it is: what is encrypted need not be so no longer.
   *
   * @return whether a connection that is made now would be another
   */
  boolean outdate(@Nullable Transport said, @Nullable Served there) {
    boolean mesh = said == null || said instanceof Transport.Mutual;
    boolean other =
        mesh && there != null && (served == null || !served.identity().equals(there.identity()));
    outdated = other || !Objects.equals(transport, said);
    return outdated;
  }

  boolean isOutdated() {
    return outdated;
  }

  /** Whether nothing went over it since this was asked last. */
  boolean isQuiet() {
    long bytes = connection.bytesSent() + connection.bytesReceived();
    boolean quiet = bytes == bytesSeen;
    bytesSeen = bytes;
    return quiet;
  }

  /** Whether it is told of as TCP: what goes to somebody outside of the mesh may be anything. */
  boolean isOpaque() {
    return !carriesRequests()
        && (!connection.outbound() || principal != null || destination != null);
  }

  /** As whose it was counted; null: it was not, or not yet. */
  PlaintextCallers.@Nullable Caller caller() {
    return caller;
  }

  void calledBy(PlaintextCallers.Caller counted) {
    caller = counted;
  }

  boolean isOver() {
    return over;
  }

  void over() {
    over = true;
  }

  /** Whether its client has said anything. */
  boolean isHeard() {
    return connection.hello() != null || connection.bytesReceived() > 0;
  }

  /**
   * Adds to the series what was not told yet, and whether the connection is opaque at all.
   *
   * @param opaque whether it counts as such now, unless it does already
   * @param over whether it has been closed
   */
  synchronized void tell(TcpSeries series, boolean opaque, boolean over) {
    if (!counted && !opaque) {
      return;
    }
    series.add(
        counted ? 0 : 1,
        over ? 1 : 0,
        connection.bytesSent() - sentTold,
        connection.bytesReceived() - receivedTold);
    counted = true;
    sentTold = connection.bytesSent();
    receivedTold = connection.bytesReceived();
  }
}
