package dev.weft.engine.authz;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Peer;
import dev.weft.bridge.RequestHead;
import dev.weft.engine.authn.Authenticator;
import dev.weft.engine.authn.Claims;
import dev.weft.engine.authn.TokenStatus;
import dev.weft.engine.config.Literals;
import dev.weft.engine.config.SpiffeId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request that has arrived, in all its readings, each made when it is needed first. */
public final class Arrived {

  private static final String FORWARDED = "x-forwarded-for";

  private final RequestHead head;
  private final Peer peer;
  private final @Nullable String principal;
  private final @Nullable List<String> paths;
  private final List<String> method;
  private @Nullable List<String> hosts;
  private @Nullable InetAddress forwarder;
  private Claims claims = Claims.NONE;
  private HeaderEdits edits = HeaderEdits.NONE;

  /**
   * @param principal who the connection has proved to be at its other end; null: nobody
   */
  public Arrived(RequestHead head, Peer peer, @Nullable SpiffeId principal) {
    this.head = head;
    this.peer = peer;
    this.principal = principal == null ? null : principal.toString();
    this.paths = PathReadings.of(head.target());
    this.method = List.of(head.method());
  }

  /** Whether its path has a meaning that can be judged. */
  boolean isClear() {
    return paths != null;
  }

  List<String> paths() {
    return paths == null ? List.of() : paths;
  }

  List<String> hosts() {
    List<String> known = hosts;
    if (known == null) {
      known = HostReadings.of(head);
      hosts = known;
    }
    return known;
  }

  List<String> method() {
    return method;
  }

  String scheme() {
    return head.scheme();
  }

  /**
   * What the values of a header may mean: each of them, and all of them joined; empty where there
   * is none.
   *
   * @param name in lower case
   */
  List<String> header(String name) {
    if (head.headers().first(name) == null) {
      return List.of();
    }
    List<String> values = head.headers().all(name);
    List<String> readings = new ArrayList<>(values.size() + 1);
    List<String> stripped = new ArrayList<>(values.size());
    boolean differ = false;
    for (String value : values) {
      readings.add(value);
      String bare = value.strip();
      stripped.add(bare);
      if (bare.length() < value.length()) {
        readings.add(bare);
        differ = true;
      }
    }
    if (values.size() > 1) {
      readings.add(String.join(",", values));
      if (differ) {
        readings.add(String.join(",", stripped));
      }
    }
    return readings;
  }

  /** Finds out what its token says; why it must not be served, or null. */
  @Nullable TokenStatus identify(Authenticator authenticator) {
    Authenticator.Outcome outcome = authenticator.authenticate(head);
    claims = outcome.claims();
    edits = outcome.edits();
    return outcome.refusal();
  }

  /** What its token says. */
  Claims claims() {
    return claims;
  }

  /** How its headers change by what was found out about it. */
  public HeaderEdits edits() {
    return edits;
  }

  @Nullable String principal() {
    return principal;
  }

  @Nullable InetSocketAddress local() {
    return peer.local();
  }

  /** The connection's other end; null: not known. */
  @Nullable InetAddress direct() {
    InetSocketAddress remote = peer.remote();
    return remote == null ? null : remote.getAddress();
  }

  /**
   * Who asked first: the last address that was forwarded, as a sidecar believes it, or else the
   * connection's other end.
   */
  @Nullable InetAddress remote() {
    InetAddress known = forwarder;
    if (known == null) {
      known = forwarded();
      forwarder = known;
    }
    return known;
  }

  private @Nullable InetAddress forwarded() {
    List<String> values = head.headers().all(FORWARDED);
    if (values.isEmpty()) {
      return direct();
    }
    String all = values.get(values.size() - 1);
    InetAddress last = Literals.parse(all.substring(all.lastIndexOf(',') + 1).strip());
    return last == null ? direct() : last;
  }
}
