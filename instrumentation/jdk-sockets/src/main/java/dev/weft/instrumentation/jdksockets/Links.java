package dev.weft.instrumentation.jdksockets;

import dev.weft.bridge.Weft;
import dev.weft.bridge.Wire;
import dev.weft.bridge.Wire.Plan;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
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
    Link.Origin origin = new Link.Origin(raw, wire, NOWHERE, remote);
    Link link = Link.connecting(origin, plan, readiness, System.nanoTime());
    if (plan instanceof Plan.Tls) {
      Caretaker.watch(link);
    }
    return link;
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
    Link.Origin origin = new Link.Origin(raw, wire, local, raw.remote());
    Link link = Link.accepted(origin, readiness, System.nanoTime());
    Caretaker.watch(link);
    return link;
  }

  private static @Nullable Wire wire(InetSocketAddress address) {
    SelfTestWire own = selfTest;
    return own != null && own.isFor(address) ? own : Weft.wire();
  }
}
