package dev.weft.bookinfo.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.h2.tools.Server;

/** The table of ratings in memory, and the server that gives others access to it. */
final class RatingsDatabase implements AutoCloseable {

  private static final String URL = "jdbc:h2:mem:ratings;DB_CLOSE_DELAY=-1";

  private final Server server;

  private RatingsDatabase(Server server) {
    this.server = server;
  }

  /** Port 0 takes any free one. */
  static RatingsDatabase start(int port) throws SQLException {
    try (Connection connection = DriverManager.getConnection(URL, "sa", "");
        Statement statement = connection.createStatement()) {
      statement.execute(
          "create table ratings (product bigint, reviewer varchar, stars int,"
              + " primary key (product, reviewer))");
      statement.execute(
          "insert into ratings select x - 1, 'Reviewer1', 5 from system_range(1, 10)"
              + " union all select x - 1, 'Reviewer2', 4 from system_range(1, 10)");
    }
    return new RatingsDatabase(
        Server.createTcpServer("-tcpPort", String.valueOf(port), "-tcpAllowOthers").start());
  }

  int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    server.stop();
  }
}
