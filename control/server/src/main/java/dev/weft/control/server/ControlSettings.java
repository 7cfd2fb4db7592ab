package dev.weft.control.server;

import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * Where the control service reads, listens and keeps its state.
 *
 * @param config the directory of configuration; it must exist
 * @param listen where agents connect, plaintext HTTP/2
 * @param admin where its own state is served; loopback only
 * @param state the directory that survives a restart; made if it is missing, owner only
 */
public record ControlSettings(
    Path config, InetSocketAddress listen, InetSocketAddress admin, Path state) {

  public static final int DEFAULT_PORT = 15010;
  public static final int DEFAULT_ADMIN_PORT = 15014;

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
