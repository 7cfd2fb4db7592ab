package dev.weft.instrumentation.jdkhttpserver;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Headers;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The server's headers, seen and edited. */
final class HeaderMaps {

  private HeaderMaps() {}

  static Headers view(com.sun.net.httpserver.Headers headers) {
    return new Headers() {
      @Override
      public @Nullable String first(String name) {
        return headers.getFirst(name);
      }

      @Override
      public void each(BiConsumer<String, String> visitor) {
        for (Map.Entry<String, List<String>> entry : headers.entrySet()) {
          for (String value : entry.getValue()) {
            visitor.accept(entry.getKey(), value);
          }
        }
      }
    };
  }

  /** Edits headers that are open to change: a response's. */
  static HeaderEdits.Target target(com.sun.net.httpserver.Headers headers) {
    return new HeaderEdits.Target() {
      @Override
      public void remove(String name) {
        headers.remove(name);
      }

      @Override
      public void set(String name, String value) {
        headers.set(name, value);
      }

      @Override
      public void add(String name, String value) {
        headers.add(name, value);
      }
    };
  }
}
