package dev.weft.instrumentation.tomcat;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Headers;
import java.util.function.BiConsumer;
import org.apache.tomcat.util.http.MimeHeaders;
import org.jspecify.annotations.Nullable;

/** A request's headers, as they were received. */
record RequestHeaders(MimeHeaders headers) implements Headers, HeaderEdits.Target {

  @Override
  public @Nullable String first(String name) {
    return headers.getHeader(name);
  }

  @Override
  public void each(BiConsumer<String, String> visitor) {
    for (int i = 0; i < headers.size(); i++) {
      visitor.accept(headers.getName(i).toString(), headers.getValue(i).toString());
    }
  }

  @Override
  public void remove(String name) {
    headers.removeHeader(name);
  }

  @Override
  public void set(String name, String value) {
    headers.setValue(name).setString(value);
  }

  @Override
  public void add(String name, String value) {
    headers.addValue(name).setString(value);
  }
}
