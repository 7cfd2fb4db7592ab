package dev.weft.instrumentation.sockets.client;

import dev.weft.instrumentation.sockets.Content;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Executors;

/** JDBC over the H2 database's protocol: a row written and read back. */
final class DatabaseLoad implements Client {

  private static final int LARGEST = 60_000;

  @Override
  public void run(int port, Work work, Tally tally) throws Exception {
    String url = "jdbc:h2:tcp://127.0.0.1:" + port + "/./t" + System.nanoTime();
    try (Connection connection = DriverManager.getConnection(url, "sa", "");
        Statement statement = connection.createStatement()) {
      statement.execute("create table t(id int primary key, v varbinary(1000000))");
      tally.all(
          Executors.newFixedThreadPool(work.threads()),
          work.threads(),
          number -> {
            try (Connection own = DriverManager.getConnection(url, "sa", "")) {
              for (int i = 0; i < work.calls(); i++) {
                byte[] body = Content.pattern(i, 1 + (7919 * i) % LARGEST);
                int id = 1_000_000 * number + i;
                tally.attempt(() -> row(own, id, body));
              }
            }
          });
    }
  }

  private static void row(Connection connection, int id, byte[] body)
      throws SQLException, IOException {
    try (PreparedStatement insert = connection.prepareStatement("insert into t values(?, ?)")) {
      insert.setInt(1, id);
      insert.setBytes(2, body);
      insert.executeUpdate();
    }
    try (PreparedStatement select = connection.prepareStatement("select v from t where id = ?")) {
      select.setInt(1, id);
      try (ResultSet rows = select.executeQuery()) {
        if (!rows.next()) {
          throw new SQLException("no row " + id);
        }
        Content.compare(body, rows.getBytes(1), "row");
      }
    }
  }
}
