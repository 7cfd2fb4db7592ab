package dev.weft.instrumentation.javahttpclient;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Headers;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The client's headers, seen and edited. */
final class HeaderMaps {

  /** What the client writes itself; it refuses a request that brings one of them along. */
  private static final Set<String> RESTRICTED =
      Set.of("connection", "content-length", "expect", "host", "upgrade");

  private HeaderMaps() {}

  static Headers view(HttpHeaders headers) {
    return new Headers() {
      @Override
      public @Nullable String first(String name) {
        return headers.firstValue(name).orElse(null);
      }

      @Override
      public void each(BiConsumer<String, String> visitor) {
        for (Map.Entry<String, List<String>> entry : headers.map().entrySet()) {
          for (String value : entry.getValue()) {
            visitor.accept(entry.getKey(), value);
          }
        }
      }
    };
  }

  static HttpHeaders edited(HttpHeaders headers, HeaderEdits edits) {
    if (edits.isEmpty()) {
      return headers;
    }
    Edited edited = new Edited(headers);
    edits.apply(edited);
    return HttpHeaders.of(edited.map, (name, value) -> true);
  }

  /** For a request: what only the client may write stays as the application has it. */
  static HttpHeaders editedForRequest(HttpHeaders headers, HeaderEdits edits) {
    if (edits.isEmpty() && headers.firstValue("host").isEmpty()) {
      return headers;
    }
    Edited edited = new Edited(headers);
    edits.apply(edited);
    edited.remove("host"); // travels as the URI's authority
    return HttpHeaders.of(
        edited.map,
        (name, value) ->
            !RESTRICTED.contains(name.toLowerCase(Locale.ROOT))
                || headers.allValues(name).contains(value));
  }

  private static final class Edited implements HeaderEdits.Target {
    private final Map<String, List<String>> map = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    Edited(HttpHeaders headers) {
      map.putAll(headers.map());
    }

    @Override
    public void remove(String name) {
      map.remove(name);
    }

    @Override
    public void set(String name, String value) {
      map.remove(name); // the new spelling counts
      map.put(name, List.of(value));
    }

    @Override
    public void add(String name, String value) {
      List<String> values = new ArrayList<>(map.getOrDefault(name, List.of()));
      values.add(value);
      map.put(name, values);
    }
  }
}
