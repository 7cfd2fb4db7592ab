package dev.weft.e2e.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests as it is told on standard input, one command a line:
 *
 * <ul>
 *   <li>{@code get URL [NAME:VALUE]...}: prints {@code answer STATUS BODY} with line ends as {@code
 *       |}, or {@code failed EXCEPTION}
 *   <li>{@code open URL}: the same by {@code HttpURLConnection}
 *   <li>{@code load THREADS URL}: sends until told to stop
 *   <li>{@code tally}: prints {@code tally total=N KEY=N...} of the load since the last tally; a
 *       key is {@code STATUS/SERVER} or the exception
 *   <li>{@code stop}: ends the load, after the answers under way
 * </ul>
 */
public final class Caller {

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Map<String, LongAdder> tally = new ConcurrentHashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean loading;

  public static void main(String[] args) throws IOException {
    Caller caller = new Caller();
    System.out.println("ready");
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    @Nullable String line;
    while ((line = commands.readLine()) != null) {
      System.out.println(caller.obey(line.split(" ")));
    }
    caller.loading = false;
  }

  private String obey(String[] command) {
    return switch (command[0]) {
      case "get" -> get(command);
      case "open" -> open(command[1]);
      case "load" -> load(Integer.parseInt(command[1]), URI.create(command[2]));
      case "tally" -> tally();
      case "stop" -> stop();
      default -> "unknown command " + command[0];
    };
  }

  private String get(String[] command) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(command[1])).timeout(Duration.ofSeconds(30));
    for (int i = 2; i < command.length; i++) {
      int colon = command[i].indexOf(':');
      request.header(command[i].substring(0, colon), command[i].substring(colon + 1));
    }
    try {
      HttpResponse<String> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return "answer " + response.statusCode() + " " + response.body().replace('\n', '|');
    } catch (IOException e) {
      return "failed " + e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "failed " + e;
    }
  }

  private static String open(String url) {
    try {
      HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
      int status = connection.getResponseCode();
      try (InputStream in =
          status >= 400 ? connection.getErrorStream() : connection.getInputStream()) {
        byte[] body = in == null ? new byte[0] : in.readAllBytes();
        String text = new String(body, StandardCharsets.UTF_8);
        return "answer " + status + " " + text.replace('\n', '|');
      }
    } catch (IOException e) {
      return "failed " + e;
    }
  }

  private String load(int count, URI uri) {
    loading = true;
    for (int i = 0; i < count; i++) {
      Thread thread = new Thread(() -> send(uri), "load-" + i);
      thread.start();
      threads.add(thread);
    }
    return "loading";
  }

  private void send(URI uri) {
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build();
    while (loading) {
      String key;
      try {
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        key = response.statusCode() + "/" + response.headers().firstValue("x-echo").orElse("none");
      } catch (IOException e) {
        key = e.getClass().getSimpleName();
      } catch (InterruptedException e) {
        return;
      }
      tally.computeIfAbsent(key, k -> new LongAdder()).increment();
    }
  }

  private String tally() {
    StringBuilder line = new StringBuilder();
    long total = 0;
    for (Map.Entry<String, LongAdder> entry : new TreeMap<>(tally).entrySet()) {
      long count = entry.getValue().sumThenReset();
      total += count;
      if (count > 0) {
        line.append(' ').append(entry.getKey()).append('=').append(count);
      }
    }
    return "tally total=" + total + line;
  }

  private String stop() {
    loading = false;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    threads.clear();
    return tally();
  }
}
