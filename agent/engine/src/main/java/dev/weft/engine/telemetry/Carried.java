package dev.weft.engine.telemetry;

import dev.weft.bridge.Headers;
import dev.weft.engine.http.JoinedHeader;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Headers of an inbound request that flow on to the requests it causes, although the application
 * forwards none of them: copied, because the server may reuse its own header object. A list of its
 * own, because every request that arrives has one, and it is all that most of them change in those
 * that they cause.
 */
public final class Carried extends AbstractList<Map.Entry<String, String>> {

  /** Nothing. */
  public static final Carried NONE = new Carried(0);

  private static final int USUAL = 2;

  private Map.@Nullable Entry<String, String>[] pairs;
  private int size;

  @SuppressWarnings({"unchecked", "rawtypes"}) // arrays of parameterized types cannot be made
  private Carried(int room) {
    pairs = (Map.Entry<String, String>[]) new Map.Entry[room];
  }

  /**
   * @param names lower case
   */
  public static Carried of(Headers headers, List<String> names) {
    Carried carried = NONE;
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      String value = isSingle(name) ? headers.first(name) : JoinedHeader.of(headers, name);
      if (value != null) {
        carried = carried.isEmpty() ? new Carried(USUAL) : carried;
        carried.append(Map.entry(name, value));
      }
    }
    return carried;
  }

  // Ids: there is one, and it is not worth a walk through all headers to be sure.
  private static boolean isSingle(String name) {
    return name.equals("x-request-id") || name.equals("traceparent") || name.startsWith("x-b3-");
  }

  private void append(Map.Entry<String, String> pair) {
    if (size == pairs.length) {
      pairs = Arrays.copyOf(pairs, 2 * size);
    }
    pairs[size++] = pair;
  }

  @Override
  public Map.Entry<String, String> get(int index) {
    return Objects.requireNonNull(pairs[Objects.checkIndex(index, size)]);
  }

  @Override
  public int size() {
    return size;
  }

  /** Without an iterator: larger lists of edits are made of it. */
  @Override
  public Object[] toArray() {
    return Arrays.copyOf(pairs, size, Object[].class);
  }

  /** The value of this name (lower case), or null. */
  public @Nullable String value(String name) {
    for (int i = 0; i < size; i++) {
      if (get(i).getKey().equals(name)) {
        return get(i).getValue();
      }
    }
    return null;
  }

  /** An application's headers, with those of these that it did not set itself. */
  public Headers beneath(Headers own) {
    return isEmpty() ? own : new Beneath(own, this);
  }

  private record Beneath(Headers own, Carried carried) implements Headers {
    @Override
    public @Nullable String first(String name) {
      String value = own.first(name);
      return value != null ? value : carried.value(name);
    }

    @Override
    public void each(BiConsumer<String, String> visitor) {
      own.each(visitor);
      for (Map.Entry<String, String> pair : carried) {
        if (own.first(pair.getKey()) == null) {
          visitor.accept(pair.getKey(), pair.getValue());
        }
      }
    }
  }
}
