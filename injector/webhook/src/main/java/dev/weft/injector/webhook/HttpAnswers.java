package dev.weft.injector.webhook;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** One path of the webhook: reads a question of bounded size, and answers it. */
final class HttpAnswers implements HttpHandler {

  private static final System.Logger LOG = System.getLogger(HttpAnswers.class.getName());

  /** API servers take 3 MiB of a client, and send it back with little more. */
  private static final int LARGEST = 4 << 20;

  private static final int LARGEST_PASSED_OVER = 32 << 20;

  private final Answers answers;
  private final InjectorMetrics metrics;

  HttpAnswers(Answers answers, InjectorMetrics metrics) {
    this.answers = answers;
    this.metrics = metrics;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!exchange.getRequestMethod().equals("POST")) {
        send(exchange, 405, "expected: POST of an AdmissionReview\n");
        return;
      }
      byte[] body = body(exchange);
      if (body.length > LARGEST) {
        metrics.answered(InjectorMetrics.Outcome.FAILED, 0);
        send(exchange, 413, "expected: at most " + LARGEST + " bytes\n");
        return;
      }
      answer(exchange, body);
    }
  }

  /** At most one byte more than may be; the rest is passed over, or the answer would be lost. */
  private static byte[] body(HttpExchange exchange) throws IOException {
    try (InputStream in = exchange.getRequestBody()) {
      byte[] body = in.readNBytes(LARGEST + 1);
      long left = LARGEST_PASSED_OVER;
      byte[] rest = new byte[body.length > LARGEST ? 8_192 : 0];
      while (rest.length > 0 && left > 0) {
        int read = in.read(rest);
        left = read < 0 ? 0 : left - read;
      }
      return body;
    }
  }

  private void answer(HttpExchange exchange, byte[] body) throws IOException {
    long began = System.nanoTime();
    InjectorMetrics.Outcome outcome = InjectorMetrics.Outcome.FAILED;
    try {
      Answers.Answer answer = answers.to(Review.read(body));
      outcome = answer.outcome();
      send(exchange, 200, "application/json", answer.body());
    } catch (ReviewException e) {
      send(exchange, 400, e.getMessage() + "\n");
    } catch (RuntimeException e) {
      // What happens to the pod then is the operator's choice: failurePolicy.
      LOG.log(System.Logger.Level.ERROR, "answering " + exchange.getRequestURI().getPath(), e);
      send(exchange, 500, "internal error\n");
    } finally {
      metrics.answered(outcome, System.nanoTime() - began);
    }
  }

  static void send(HttpExchange exchange, int status, String text) throws IOException {
    send(exchange, status, "text/plain; charset=utf-8", text);
  }

  private static void send(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
