package dev.weft.engine.telemetry;

import dev.weft.bridge.Headers;
import dev.weft.engine.http.JoinedHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Headers of an inbound request that flow on to the requests it causes, although the application
 * forwards none of them: copied, because the server may reuse its own header object.
 */
public final class Carried {

  /** Nothing. */
  public static final Carried NONE = new Carried(List.of());

  private final List<Map.Entry<String, String>> pairs;

  private Carried(List<Map.Entry<String, String>> pairs) {
    this.pairs = pairs;
  }

  /**
   * @param names lower case
   */
  public static Carried of(Headers headers, List<String> names) {
    List<Map.Entry<String, String>> pairs = null;
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      String value = isSingle(name) ? headers.first(name) : JoinedHeader.of(headers, name);
      if (value != null) {
        pairs = pairs == null ? new ArrayList<>(2) : pairs;
        pairs.add(Map.entry(name, value));
      }
    }
    return pairs == null ? NONE : new Carried(pairs);
  }

  // Ids: there is one, and it is not worth a walk through all headers to be sure.
  private static boolean isSingle(String name) {
    return name.equals("x-request-id") || name.equals("traceparent") || name.startsWith("x-b3-");
  }

  /** All of them; not to be changed. */
  public List<Map.Entry<String, String>> pairs() {
    return pairs;
  }

  /** The value of this name (lower case), or null. */
  public @Nullable String get(String name) {
    for (int i = 0; i < pairs.size(); i++) {
      if (pairs.get(i).getKey().equals(name)) {
        return pairs.get(i).getValue();
      }
    }
    return null;
  }

  /** An application's headers, with those of these that it did not set itself. */
  public Headers beneath(Headers own) {
    return pairs.isEmpty() ? own : new Beneath(own, this);
  }

  private record Beneath(Headers own, Carried carried) implements Headers {
    @Override
    public @Nullable String first(String name) {
      String value = own.first(name);
      return value != null ? value : carried.get(name);
    }

    @Override
    public void each(BiConsumer<String, String> visitor) {
      own.each(visitor);
      for (Map.Entry<String, String> pair : carried.pairs) {
        if (own.first(pair.getKey()) == null) {
          visitor.accept(pair.getKey(), pair.getValue());
        }
      }
    }
  }
}
