package dev.weft.bookinfo.database;

import java.sql.SQLException;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;

/** Settings: {@code PORT} (9092). */
public final class DatabaseApplication {

  private DatabaseApplication() {}

  public static void main(String[] args) throws SQLException, InterruptedException {
    RatingsDatabase database =
        RatingsDatabase.start(Integer.parseInt(System.getenv().getOrDefault("PORT", "9092")));
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  database.close();
                  stopped.countDown();
                },
                "shutdown"));
    System.out.println(String.format(Locale.ROOT, "database is ready on port %d", database.port()));
    stopped.await();
  }
}
