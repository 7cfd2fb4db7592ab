package dev.weft.bookinfo.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class RatingsDatabaseTest {

  @Test
  void servesTheTableOverTcp() throws Exception {
    try (RatingsDatabase database = RatingsDatabase.start(0);
        Connection connection =
            DriverManager.getConnection(
                "jdbc:h2:tcp://127.0.0.1:" + database.port() + "/mem:ratings", "sa", "");
        Statement statement = connection.createStatement();
        ResultSet stars = statement.executeQuery("select count(*), sum(stars) from ratings")) {
      assertThat(stars.next()).isTrue();
      assertThat(stars.getInt(1)).isEqualTo(20);
      assertThat(stars.getInt(2)).isEqualTo(90);
    }
  }
}
