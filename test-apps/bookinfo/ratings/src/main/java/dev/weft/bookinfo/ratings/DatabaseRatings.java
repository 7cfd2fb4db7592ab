package dev.weft.bookinfo.ratings;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.h2.jdbcx.JdbcConnectionPool;

/** The stars from a database, over JDBC. */
final class DatabaseRatings implements RatingsStore {

  private static final int CONNECTIONS = 8;
  private static final String QUERY = "select reviewer, stars from ratings where product = ?";

  private final JdbcConnectionPool connections;

  /**
   * @param url {@code jdbc:h2:tcp://host:port/mem:ratings}
   */
  DatabaseRatings(String url) {
    connections = JdbcConnectionPool.create(url, "sa", "");
    connections.setMaxConnections(CONNECTIONS);
  }

  @Override
  public Optional<SortedMap<String, Integer>> find(long productId)
      throws RatingsUnavailableException {
    SortedMap<String, Integer> stars = new TreeMap<>();
    try (Connection connection = connections.getConnection();
        PreparedStatement statement = connection.prepareStatement(QUERY)) {
      statement.setLong(1, productId);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          stars.put(rows.getString(1), rows.getInt(2));
        }
      }
    } catch (SQLException e) {
      throw new RatingsUnavailableException(e);
    }
    return stars.isEmpty() ? Optional.empty() : Optional.of(stars);
  }
}
