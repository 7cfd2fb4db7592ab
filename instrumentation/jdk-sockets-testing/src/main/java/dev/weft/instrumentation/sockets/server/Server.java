package dev.weft.instrumentation.sockets.server;

import java.nio.file.Path;

/** A kind of server. */
@FunctionalInterface
public interface Server {

  /**
   * Starts it on this loopback port; it runs until the JVM ends.
   *
   * @param folder for its files, shared by all
   */
  void start(int port, Path folder) throws Exception;
}
