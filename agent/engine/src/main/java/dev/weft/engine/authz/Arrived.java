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
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A request that has arrived, in all its readings, each made when it is needed first. */
public final class Arrived extends Connected {

  private static final String FORWARDED = "x-forwarded-for";

  private final RequestHead head;
  private final @Nullable List<String> paths;
  private final List<String> method;
  private @Nullable List<String> hosts;
  private @Nullable InetAddress forwarder;
  private Claims claims = Claims.NONE;
  private HeaderEdits edits = HeaderEdits.NONE;

  /**
   * @param principal who the connection has proved to be at its other end; null: nobody
   * @param serverName that the connection's TLS hello asked for; null: none
   */
  public Arrived(
      RequestHead head, Peer peer, @Nullable SpiffeId principal, @Nullable String serverName) {
    super(peer, principal, serverName);
    this.head = head;
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
    boolean haveBlankEnds = false;
    for (String value : values) {
      readings.add(value);
      haveBlankEnds |= hasBlankEnds(value);
    }
    if (values.size() > 1) {
      readings.add(String.join(",", values));
    }
    if (haveBlankEnds) {
      addTrimmed(readings, values, Arrived::withoutBlanks);
      addTrimmed(readings, values, String::trim);
    }
    return readings;
  }

  /** Some read values with the white space around them, some without. */
  private static void addTrimmed(
      List<String> readings, List<String> values, UnaryOperator<String> trimming) {
    List<String> trimmed = values.stream().map(trimming).toList();
    readings.addAll(trimmed);
    if (trimmed.size() > 1) {
      readings.add(String.join(",", trimmed));
    }
  }

  private static boolean hasBlankEnds(String value) {
    return !value.isEmpty() && (value.charAt(0) <= ' ' || value.charAt(value.length() - 1) <= ' ');
  }

  /** What RFC 9110, 5.5, does not count to a value; {@link String#trim} takes off more. */
  private static String withoutBlanks(String value) {
    int start = 0;
    int end = value.length();
    while (start < end && isBlank(value.charAt(start))) {
      start++;
    }
    while (end > start && isBlank(value.charAt(end - 1))) {
      end--;
    }
    return value.substring(start, end);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
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

  /**
   * Who asked first: the last address that was forwarded, as a sidecar believes it, or else the
   * connection's other end.
   */
  @Override
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
