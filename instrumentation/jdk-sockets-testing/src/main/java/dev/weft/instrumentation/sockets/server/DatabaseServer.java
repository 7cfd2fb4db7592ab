package dev.weft.instrumentation.sockets.server;

import java.nio.file.Path;
import java.sql.SQLException;
import org.h2.tools.Server;

/** The H2 database over TCP. */
final class DatabaseServer implements dev.weft.instrumentation.sockets.server.Server {

  @Override
  public void start(int port, Path folder) throws SQLException {
    String base = folder.resolve("h2-" + port).toString();
    Server.createTcpServer("-tcpPort", "" + port, "-ifNotExists", "-baseDir", base).start();
  }
}
