package dev.weft.engine.wire;

import dev.weft.bridge.Hello;
import dev.weft.bridge.Mesh;
import dev.weft.bridge.RequestHead;
import dev.weft.bridge.Wire.Plan;
import dev.weft.engine.FailMode;
import dev.weft.engine.config.InboundSecurity;
import dev.weft.engine.config.InboundSecurity.Mode;
import dev.weft.engine.config.SpiffeId;
import dev.weft.engine.wire.Link.Cipher;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which connections are accepted: by what is demanded of callers, and by the policies where nobody
 * asks them about requests. Each of these is replaced as a whole; each decision reads it once.
 */
final class Entrance {

  private final WireSettings settings;
  private final Supplier<TlsEnds> ends;

  /** Ports at which each request is asked about. */
  private final Set<Integer> requests = ConcurrentHashMap.newKeySet();

  private volatile @Nullable InboundSecurity demanded;
  private volatile @Nullable ConnectionPolicies policies;
  private volatile @Nullable String bypass;

  Entrance(WireSettings settings, Supplier<TlsEnds> ends) {
    this.settings = settings;
    this.ends = ends;
  }

  /** Whether it is known what is demanded, and what the policies are. */
  boolean isConfigured() {
    return demanded != null && policies != null;
  }

  /** Whether that is something else than before. */
  boolean demands(InboundSecurity next) {
    boolean changes = !next.equals(demanded);
    demanded = next;
    return changes;
  }

  /** Whether they are others than before. */
  boolean obeys(ConnectionPolicies next) {
    ConnectionPolicies before = policies;
    policies = next;
    return before == null || !before.areSame(next);
  }

  void bypassedBy(String library) {
    bypass = library;
  }

  @Nullable String bypass() {
    return bypass;
  }

  void listening(int port, String library) {
    if (library.equals(Mesh.TCP)) {
      requests.remove(port);
    } else {
      requests.add(port);
    }
  }

  /** What becomes of a connection by what its client said first; null: nothing is known. */
  @Nullable Plan plan(InetSocketAddress local, Hello hello) {
    InboundSecurity inbound = demanded;
    Mode mode = inbound == null ? null : inbound.of(local.getPort());
    String shut = shut(mode);
    if (shut != null) {
      return new Plan.Refuse(shut);
    }
    if (isOfMesh(hello)) {
      return mode == Mode.DISABLE
          ? new Plan.Refuse("mesh TLS: disabled at port " + local.getPort())
          : ends.get().server(this::isTrusted);
    }
    if (hello.kind() == Hello.Kind.PLAINTEXT && isProbed(local.getPort())) {
      return MeshWire.PLAIN;
    }
    if (mode == null) {
      return settings.failMode() == FailMode.OPEN
          ? null
          : new Plan.Refuse("no configuration was received: is plaintext allowed?");
    }
    boolean own = hello.kind() == Hello.Kind.TLS;
    return mode != Mode.STRICT || (own && settings.ownTls().contains(local.getPort()))
        ? MeshWire.PLAIN
        : new Plan.Refuse(own ? Refusals.FOREIGN_TLS : Refusals.PLAINTEXT);
  }

  /** Whether plaintext is let in for the sake of probes: each request is asked about. */
  private boolean isProbed(int port) {
    return settings.probes().at(port) && !isOpaque(port);
  }

  /** Whether a request is one that may be asked in plaintext, by nobody. */
  boolean isProbe(int port, @Nullable Link link, RequestHead head) {
    if (!settings.probes().allow(port, head) || (link != null && link.principal() != null)) {
      return false;
    }
    String reason = forbids(port, link);
    return reason == null || reason.equals(Refusals.PLAINTEXT);
  }

  private static boolean isOfMesh(Hello hello) {
    if (hello.kind() != Hello.Kind.TLS) {
      return false;
    }
    for (String protocol : hello.protocols()) {
      if (protocol.equals("weft") || protocol.startsWith("istio")) {
        return true;
      }
    }
    return false;
  }

  /** Whether a caller of this identity may be heard; before that is known, of our domain. */
  private boolean isTrusted(SpiffeId peer) {
    InboundSecurity inbound = demanded;
    SpiffeId self = ends.get().self();
    return inbound != null
        ? trusts(inbound, peer)
        : self != null && self.trustDomain().equals(peer.trustDomain());
  }

  private static boolean trusts(InboundSecurity inbound, SpiffeId peer) {
    return inbound.trustDomains().contains(peer.trustDomain());
  }

  /** Whether nobody is asked about requests of a connection to this port that was just accepted. */
  boolean isOpaque(int port) {
    return !requests.contains(port);
  }

  /** Whether the application's own TLS is taken for encryption at this port. */
  boolean isOwnTls(int port, @Nullable Hello hello) {
    return hello != null
        && hello.kind() == Hello.Kind.TLS
        && !isOfMesh(hello)
        && settings.ownTls().contains(port);
  }

  /**
   * Why this connection may not be; null: it may.
   *
   * @param opens whether it begins just now; else rules have changed
   */
  @Nullable String forbids(Link link, boolean opens) {
    int port = link.connection().local().getPort();
    if (settings.unmeshed().contains(port)) {
      return null;
    }
    String reason = forbids(port, link);
    if (reason != null && reason.equals(Refusals.PLAINTEXT) && isProbed(port)) {
      return null;
    }
    return reason != null || !link.isJudged() ? reason : judge(link, opens);
  }

  private @Nullable String judge(Link link, boolean opens) {
    ConnectionPolicies now = policies;
    if (now != null) {
      return now.forbid(link, opens);
    }
    return settings.failMode() == FailMode.OPEN
        ? null
        : "no configuration was received: which policies hold?";
  }

  /**
   * Why nothing that comes this way is served; null: something is.
   *
   * @param port 0: not known
   * @param link null: not known, which counts as plaintext
   */
  @Nullable String forbids(int port, @Nullable Link link) {
    InboundSecurity inbound = demanded;
    if (settings.unmeshed().contains(port) || inbound == null) {
      return null; // before it is known, what holds is decided when a connection is accepted
    }
    Mode mode = port == 0 ? inbound.strictest() : inbound.of(port);
    SpiffeId principal = link == null ? null : link.principal();
    String shut = shut(mode);
    if (shut != null) {
      return shut;
    }
    if (principal != null) {
      return trusts(inbound, principal) ? null : Refusals.trustDomain(principal, inbound);
    }
    boolean own = link != null && link.cipher() == Cipher.OWN && settings.ownTls().contains(port);
    return mode != Mode.STRICT || own ? null : Refusals.PLAINTEXT;
  }

  /**
   * Whether what is let in here by somebody without an identity is what STRICT would refuse, while
   * mutual TLS is to be had.
   *
   * @param link null: not known, which counts as plaintext
   */
  boolean isLenient(int port, @Nullable Link link) {
    InboundSecurity inbound = demanded;
    if (settings.unmeshed().contains(port) || (link != null && link.cipher() != Cipher.NONE)) {
      return false;
    }
    Mode mode = inbound == null ? Mode.PERMISSIVE : inbound.of(port);
    return mode == Mode.PERMISSIVE;
  }

  /** Why nobody at all is let in where this is demanded; null: somebody is. */
  private @Nullable String shut(@Nullable Mode mode) {
    String passing = bypass;
    if (mode == Mode.STRICT && passing != null) {
      return Refusals.bypass(passing);
    }
    return mode == Mode.REFUSE ? Refusals.UNREADABLE : null;
  }
}
