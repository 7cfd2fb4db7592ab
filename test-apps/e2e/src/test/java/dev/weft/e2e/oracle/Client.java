package dev.weft.e2e.oracle;

import dev.weft.e2e.Jvm;
import dev.weft.e2e.app.Sender;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** An application that sends what it is told: under the agent, or by way of an Envoy. */
final class Client implements AutoCloseable {

  private final Jvm process;
  private final @Nullable ToIntFunction<Request> listener;
  private final String name;
  private int count;

  /**
   * @param listener where a request is sent, whatever its authority; null: where it says
   */
  Client(String name, Jvm process, @Nullable ToIntFunction<Request> listener) {
    this.name = name;
    this.process = process;
    this.listener = listener;
  }

  /** An application without an agent, whose requests an Envoy takes. */
  static Client by(String name, ToIntFunction<Request> listener) {
    List<String> arguments =
        List.of(
            "-Xmx128m",
            "-Djdk.httpclient.allowRestrictedHeaders=host",
            "-cp",
            System.getProperty("java.class.path"),
            Sender.class.getName(),
            "2");
    Jvm process = Jvm.start(name, Map.of(), arguments);
    process.await("ready");
    return new Client(name, process, listener);
  }

  /** Through another Envoy, or other listeners of it. */
  Client by(ToIntFunction<Request> other) {
    return new Client(name, process, other);
  }

  /** A request that was answered; what came of it at the backends is under its id. */
  record Sent(String id, Answer answer) {}

  /** Sends them all and returns what became of each, in the same order. */
  List<Outcome> send(List<Request> requests, Backends backends) {
    return ask(requests).stream()
        .map(sent -> new Outcome(sent.answer(), backends.take(sent.id())))
        .toList();
  }

  /** Sends them all and waits for the answers. */
  List<Sent> ask(List<Request> requests) {
    List<String> ids = new ArrayList<>();
    for (Request request : requests) {
      String id = name + "-" + Long.toString(System.nanoTime(), 36) + "-" + count++;
      ids.add(id);
      process.tell(line(id, request));
    }
    Map<String, Answer> answers = new HashMap<>();
    while (answers.size() < requests.size()) {
      String[] fields = process.await("answer\t", "failed\t").split("\t", -1);
      answers.put(fields[1], answer(fields));
    }
    return ids.stream().map(id -> new Sent(id, answers.get(id))).toList();
  }

  private String line(String id, Request request) {
    List<String> fields = new ArrayList<>();
    fields.add(id);
    fields.add(encode(request.method()));
    List<Header> headers = new ArrayList<>(request.headers());
    headers.add(new Header(Backends.ID, id));
    if (!request.behaviour().isEmpty()) {
      headers.add(new Header(Backends.BEHAVIOUR, request.behaviour()));
    }
    if (listener == null) {
      fields.add(encode("http://" + request.authority() + request.target()));
    } else {
      int port = listener.applyAsInt(request);
      fields.add(encode("http://127.0.0.1:" + port + request.target()));
      headers.add(new Header("host", request.authority()));
    }
    fields.add(Integer.toString(request.body()));
    headers.forEach(header -> fields.add(encode(header.name() + ":" + header.value())));
    return String.join("\t", fields);
  }

  private static Answer answer(String[] fields) {
    long millis = Long.parseLong(fields[2]);
    if (fields[0].equals("failed")) {
      return new Answer(0, decode(fields[3]), List.of(), millis);
    }
    List<Header> headers = new ArrayList<>();
    for (int i = 5; i < fields.length; i++) {
      headers.add(Header.parse(decode(fields[i])));
    }
    return new Answer(Integer.parseInt(fields[3]), decode(fields[4]), headers, millis);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    process.close();
  }
}
