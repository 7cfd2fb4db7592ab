package dev.weft.control.server;

import dev.weft.control.kubernetes.Cluster;
import dev.weft.control.source.keys.FetchRules;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
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
 */
public record ControlSettings(
    Source source,
    InetSocketAddress listen,
    InetSocketAddress admin,
    Path state,
    @Nullable Identity identity,
    FetchRules keys) {

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
     */
    record Kubernetes(Cluster cluster, String audience) implements Source {
      @Override
      public String toString() {
        return cluster.toString();
      }
    }
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
