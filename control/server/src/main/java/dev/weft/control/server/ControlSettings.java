package dev.weft.control.server;

import dev.weft.control.kubernetes.Cluster;
import dev.weft.control.source.keys.FetchRules;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the control service reads, listens and keeps its state.
 *
 * @param source where configuration comes from, and in a cluster workloads, too
 * @param listen where agents connect, plaintext HTTP/2
 * @param admin where its own state is served; loopback only
 * @param state the directory that survives a restart; made if it is missing, owner only
 * @param identity null: nobody is asked who he is, and nobody gets a certificate
 * @param keys which keys of issuers may be fetched, and how often
 * @param monitoring where probes and Prometheus ask, on any address; null: nowhere
 */
public record ControlSettings(
    Source source,
    InetSocketAddress listen,
    InetSocketAddress admin,
    Path state,
    @Nullable Identity identity,
    FetchRules keys,
    @Nullable InetSocketAddress monitoring) {

  /** What tokens are for that service accounts show to a mesh. */
  public static final String DEFAULT_AUDIENCE = "weft";

  public static final int DEFAULT_PORT = 15010;
  public static final int DEFAULT_TLS_PORT = 15012;
  public static final int DEFAULT_ADMIN_PORT = 15014;

  /**
   * How workloads prove who they are.
   *
   * @param listen where agents connect with TLS
   * @param trustDomain of all identities; null: what the state directory has, else {@code
   *     cluster.local}
   * @param certificateLife how long a certificate holds
   * @param ca where a plug-in authority's files are; null: roots of our own
   */
  public record Identity(
      InetSocketAddress listen,
      @Nullable String trustDomain,
      Duration certificateLife,
      @Nullable Path ca) {

    /** With roots of our own. */
    public Identity(
        InetSocketAddress listen, @Nullable String trustDomain, Duration certificateLife) {
      this(listen, trustDomain, certificateLife, null);
    }

    public Identity {
      if (listen.isUnresolved()) {
        throw new IllegalArgumentException(
            "tls-listen: " + listen + " (expected: an address of this host)");
      }
    }
  }

  /** Where configuration comes from. */
  public sealed interface Source {

    /** A directory; it must exist. */
    record Directory(Path path) implements Source {
      @Override
      public String toString() {
        return path.toString();
      }
    }

    /**
     * A cluster, which vouches for its service accounts as well.
     *
     * @param audience that their tokens must be for
     * @param home where in it this control service is at home; null: nowhere, it only reads
     */
    record Kubernetes(Cluster cluster, String audience, @Nullable Home home) implements Source {

      /** Which only reads. */
      public Kubernetes(Cluster cluster, String audience) {
        this(cluster, audience, null);
      }

      @Override
      public String toString() {
        return cluster.toString();
      }
    }
  }

  /**
   * What the replicas of a control service share.
   *
   * @param namespace where it is
   * @param revision which of several control services of that namespace; empty: the only one, or
   *     the usual one
   * @param caSecret with the roots; null: each replica has its own, in its state directory
   */
  public record Home(String namespace, String revision, @Nullable String caSecret) {

    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    public Home {
      require("namespace", namespace);
      if (!revision.isEmpty()) {
        require("revision", revision);
      }
      if (caSecret != null) {
        require("ca-secret", caSecret);
      }
    }

    private static void require(String what, String name) {
      if (!LABEL.matcher(name).matches()) {
        throw new IllegalArgumentException(
            what + ": " + name + " (expected: lower-case letters, digits and -, at most 63)");
      }
    }
  }

  /** Which nobody monitors. */
  public ControlSettings(
      Source source,
      InetSocketAddress listen,
      InetSocketAddress admin,
      Path state,
      @Nullable Identity identity,
      FetchRules keys) {
    this(source, listen, admin, state, identity, keys, null);
  }

  /** Of a directory. */
  public ControlSettings(
      Path config,
      InetSocketAddress listen,
      InetSocketAddress admin,
      Path state,
      @Nullable Identity identity,
      FetchRules keys) {
    this(new Source.Directory(config), listen, admin, state, identity, keys);
  }

  /** Which fetches keys from public addresses alone. */
  public ControlSettings(
      Path config,
      InetSocketAddress listen,
      InetSocketAddress admin,
      Path state,
      @Nullable Identity identity) {
    this(config, listen, admin, state, identity, FetchRules.DEFAULT);
  }

  public ControlSettings {
    if (listen.isUnresolved()) {
      throw new IllegalArgumentException(
          "listen: " + listen + " (expected: an address of this host)");
    }
    if (admin.isUnresolved() || !admin.getAddress().isLoopbackAddress()) {
      throw new IllegalArgumentException(
          "admin: " + admin + " (expected: a loopback address, such as 127.0.0.1:15014)");
    }
    if (monitoring != null && monitoring.isUnresolved()) {
      throw new IllegalArgumentException(
          "monitoring: " + monitoring + " (expected: an address of this host)");
    }
    if (source instanceof Source.Kubernetes it && it.home != null && it.home.caSecret != null) {
      if (identity == null) {
        throw new IllegalArgumentException("ca-secret without a TLS port (expected: --tls-listen)");
      }
      if (identity.ca != null) {
        throw new IllegalArgumentException(
            "ca-secret: " + it.home.caSecret + " and --ca (expected: one of them)");
      }
    }
  }

  /**
   * {@code $XDG_STATE_HOME/weft/control-15010}, by default below {@code ~/.local/state}: one per
   * port, so that two services on one host do not share their state.
   */
  public static Path defaultState(int port) {
    String home = System.getenv("XDG_STATE_HOME");
    Path base =
        home == null || home.isBlank()
            ? Path.of(System.getProperty("user.home"), ".local", "state")
            : Path.of(home);
    return base.resolve("weft").resolve("control-" + port);
  }
}
