package dev.weft.e2e.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Sends the requests that it reads on standard input, a line each, and prints a line for each. The
 * fields of a line are separated by tabs and form-encoded:
 *
 * <ul>
 *   <li>in: id, method, URL, how many bytes of body, then headers as {@code name:value}
 *   <li>out: {@code answer}, id, milliseconds, status, body, then headers; or {@code failed}, id,
 *       milliseconds, exception
 * </ul>
 *
 * Arguments: how many requests may be under way at once.
 */
public final class Sender {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  public static void main(String[] args) throws IOException {
    Sender sender = new Sender();
    ExecutorService threads = Executors.newFixedThreadPool(Integer.parseInt(args[0]));
    System.out.println("ready");
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    @Nullable String line;
    while ((line = lines.readLine()) != null) {
      String[] fields = line.split("\t", -1);
      threads.execute(() -> System.out.println(sender.send(fields)));
    }
    threads.shutdownNow();
  }

  private String send(String[] fields) {
    long begin = System.nanoTime();
    try {
      HttpResponse<String> response =
          client.send(request(fields), HttpResponse.BodyHandlers.ofString());
      StringBuilder line = new StringBuilder(line("answer", fields[0], begin));
      line.append('\t').append(response.statusCode()).append('\t').append(encode(response.body()));
      response
          .headers()
          .map()
          .forEach(
              (name, values) ->
                  values.forEach(
                      value ->
                          line.append('\t')
                              .append(encode(name.toLowerCase(Locale.ROOT) + ":" + value))));
      return line.toString();
    } catch (IOException | IllegalArgumentException e) {
      return line("failed", fields[0], begin) + "\t" + encode(e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return line("failed", fields[0], begin) + "\t" + encode(e.toString());
    }
  }

  private static HttpRequest request(String[] fields) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(decode(fields[2]))).timeout(PATIENCE);
    int body = Integer.parseInt(fields[3]);
    request.method(
        decode(fields[1]),
        body == 0
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString("x".repeat(body)));
    for (String field : List.of(fields).subList(4, fields.length)) {
      String header = decode(field);
      int colon = header.indexOf(':', 1);
      request.header(header.substring(0, colon), header.substring(colon + 1));
    }
    return request.build();
  }

  private static String line(String kind, String id, long begin) {
    return kind + "\t" + id + "\t" + (System.nanoTime() - begin) / 1_000_000;
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
