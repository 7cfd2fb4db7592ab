package dev.weft.instrumentation.jdksockets;

import dev.weft.bridge.KeepAlive;
import dev.weft.bridge.Weft;
import dev.weft.bridge.Wire;
import dev.weft.bridge.Wire.Plan;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Asks the mesh about new connections. Null: it is none of the mesh's. */
public final class Links {

  /** While the layer tests itself, who answers for its own connections. */
  private static volatile @Nullable SelfTestWire selfTest;

  private static final InetSocketAddress NOWHERE = new InetSocketAddress(0);

  private Links() {}

  static void selfTest(@Nullable SelfTestWire wire) {
    selfTest = wire;
  }

  /**
   * This JVM is about to connect.
   *
   * @throws IOException it must not
   */
  public static @Nullable Link connecting(
      RawSocket raw, Readiness readiness, InetSocketAddress remote) throws IOException {
    Wire wire = wire(remote);
    if (wire == null) {
      return null;
    }
    Plan plan;
    try {
      plan = wire.connecting(remote);
      if (plan instanceof Plan.Refuse refuse) {
        wire.refused(NOWHERE, remote, refuse.reason());
      }
    } catch (RuntimeException | Error e) {
      Weft.suppressed("jdk-sockets", e);
      throw refused("no decision about " + remote + ": " + e, e);
    }
    if (plan instanceof Plan.Refuse refuse) {
      throw refused(refuse.reason(), null);
    }
    Link.Origin origin = new Link.Origin(raw, wire, NOWHERE, remote, null);
    return plan instanceof Plan.Routed routed
        ? routed(origin, routed, readiness)
        : begun(origin, plan, readiness);
  }

  private static Link routed(Link.Origin asked, Plan.Routed routed, Readiness readiness)
      throws UnknownHostException {
    boolean made = false;
    try {
      Link link = begun(asked.routed(routed, resolved(routed.remote())), routed.plan(), readiness);
      made = true;
      return link;
    } finally {
      if (!made) {
        routed.passage().over(/* reached= */ false);
      }
    }
  }

  private static Link begun(Link.Origin origin, Plan plan, Readiness readiness) {
    keepAlive(origin.raw(), origin.wire(), origin.remote());
    Link link = Link.connecting(origin, plan, readiness, System.nanoTime());
    if (plan instanceof Plan.Tls || origin.passage() != null) {
      Caretaker.watch(link);
    }
    return link;
  }

  /** As libraries do that are given a name: the JDK asks, and remembers for a while. */
  private static InetSocketAddress resolved(InetSocketAddress remote) throws UnknownHostException {
    return remote.isUnresolved()
        ? new InetSocketAddress(InetAddress.getByName(remote.getHostString()), remote.getPort())
        : remote;
  }

  /** A connection without it is better than none. */
  private static void keepAlive(RawSocket raw, Wire wire, InetSocketAddress remote) {
    try {
      KeepAlive settings = wire.keepAlive(remote);
      if (settings != null) {
        raw.keepAlive(settings);
      }
    } catch (IOException | RuntimeException | Error e) {
      Weft.suppressed("jdk-sockets", e);
    }
  }

  private static ConnectException refused(String reason, @Nullable Throwable cause) {
    ConnectException failure = new ConnectException("mesh: " + reason);
    if (cause != null) {
      failure.initCause(cause);
    }
    return failure;
  }

  /** A connection was accepted. */
  public static @Nullable Link accepted(RawSocket raw, Readiness readiness) throws IOException {
    if (selfTest == null && Weft.wire() == null) {
      return null;
    }
    InetSocketAddress local = raw.local();
    Wire wire = wire(local);
    if (wire == null || !wire.guards(local)) {
      return null;
    }
    Link.Origin origin = new Link.Origin(raw, wire, local, raw.remote(), null);
    Link link = Link.accepted(origin, readiness, System.nanoTime());
    Caretaker.watch(link);
    return link;
  }

  private static @Nullable Wire wire(InetSocketAddress address) {
    SelfTestWire own = selfTest;
    return own != null && own.isFor(address) ? own : Weft.wire();
  }
}
