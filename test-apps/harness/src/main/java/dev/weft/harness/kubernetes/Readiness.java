package dev.weft.harness.kubernetes;

import dev.weft.harness.Child;
import dev.weft.harness.HarnessException;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Waits until an API server answers what is expected. */
record Readiness(Child server, AdminCalls calls) {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final long PAUSE_MILLIS = 100;

  /** Until it says that it is ready: its own roles are there then, too. */
  void awaitReady() throws HarnessException, InterruptedException {
    await("/readyz", answer -> answer.body().equals("ok"));
  }

  /** Until clients find a kind, and it can be read. */
  void awaitServed(String version, String plural) throws HarnessException, InterruptedException {
    String path = "/apis/" + version;
    await(path, answer -> answer.body().contains("\"name\":\"" + plural + "\""));
    await(path + "/" + plural + "?limit=1", answer -> true);
  }

  private void await(String path, Predicate<HttpResponse<String>> expected)
      throws HarnessException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    String said = "nothing";
    while (System.nanoTime() < deadline && server.alive()) {
      try {
        HttpResponse<String> answer = calls.get(path);
        if (answer.statusCode() == 200 && expected.test(answer)) {
          return;
        }
        said = answer.statusCode() + " " + answer.body();
      } catch (IOException e) {
        said = e.toString(); // not listening yet
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
    throw new HarnessException(
        server.name()
            + (server.alive() ? " did not answer " + path + " in time: " : " ended; before: ")
            + said
            + System.lineSeparator()
            + server.tail());
  }
}
