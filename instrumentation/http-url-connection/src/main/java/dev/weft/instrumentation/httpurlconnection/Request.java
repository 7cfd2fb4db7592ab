package dev.weft.instrumentation.httpurlconnection;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Headers;
import java.io.ByteArrayOutputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One hop's request: what the application set, or what a redirect made of it.
 *
 * @param pairs the application's headers, as far as the JDK lets it set them
 * @param body the body, when it was written into memory; null: none, or streamed
 */
record Request(
    URL url,
    String method,
    List<Map.Entry<String, String>> pairs,
    @Nullable ByteArrayOutputStream body) {

  Headers headers() {
    return Headers.of(pairs);
  }

  /** The application's headers after these edits. */
  List<Map.Entry<String, String>> edited(HeaderEdits edits) {
    if (edits.isEmpty()) {
      return pairs;
    }
    List<Map.Entry<String, String>> copy = new ArrayList<>(pairs);
    edits.apply(HeaderEdits.of(copy));
    return copy;
  }
}
