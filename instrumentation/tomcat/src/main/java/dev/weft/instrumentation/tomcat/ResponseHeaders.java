package dev.weft.instrumentation.tomcat;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Headers;
import java.util.function.BiConsumer;
import org.apache.coyote.Response;
import org.apache.tomcat.util.http.MimeHeaders;
import org.jspecify.annotations.Nullable;

/** A response's headers before they are committed: Tomcat keeps the content type beside them. */
record ResponseHeaders(Response response) implements Headers, HeaderEdits.Target {

  private static final String CONTENT_TYPE = "content-type";
  private static final String CONNECTION = "connection";

  @Override
  public @Nullable String first(String name) {
    String value = response.getMimeHeaders().getHeader(name);
    return value == null && name.equalsIgnoreCase(CONTENT_TYPE) ? response.getContentType() : value;
  }

  @Override
  public void each(BiConsumer<String, String> visitor) {
    MimeHeaders headers = response.getMimeHeaders();
    for (int i = 0; i < headers.size(); i++) {
      visitor.accept(headers.getName(i).toString(), headers.getValue(i).toString());
    }
    String type = response.getContentType();
    if (type != null && headers.getHeader(CONTENT_TYPE) == null) {
      visitor.accept(CONTENT_TYPE, type);
    }
  }

  @Override
  public void remove(String name) {
    if (name.equalsIgnoreCase(CONTENT_TYPE)) {
      response.setContentType(null);
    }
    response.getMimeHeaders().removeHeader(name);
  }

  @Override
  public void set(String name, String value) {
    if (allowed(name)) {
      response.setHeader(name, value);
    }
  }

  @Override
  public void add(String name, String value) {
    if (allowed(name)) {
      response.addHeader(name, value);
    }
  }

  /** HTTP/2 has no connection header (RFC 9113, 8.2.2): a client would call it malformed. */
  private boolean allowed(String name) {
    return !name.equalsIgnoreCase(CONNECTION)
        || !"HTTP/2.0".equals(response.getRequest().protocol().toString());
  }
}
