package dev.weft.instrumentation.grpc;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Headers;
import io.grpc.Metadata;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * gRPC metadata as headers. Binary headers ({@code -bin}) are neither shown nor touched, and names
 * that gRPC cannot carry (pseudo-headers, connection headers) are passed over.
 */
record MetadataHeaders(Metadata metadata) implements Headers, HeaderEdits.Target {

  private static final String CONTENT_TYPE = "content-type";

  @Override
  public @Nullable String first(String name) {
    Metadata.Key<String> key = key(name);
    String value = key == null ? null : metadata.get(key);
    return value == null && name.equalsIgnoreCase(CONTENT_TYPE) ? "application/grpc" : value;
  }

  @Override
  public void each(BiConsumer<String, String> visitor) {
    for (String name : metadata.keys()) {
      Metadata.Key<String> key = key(name);
      Iterable<String> values = key == null ? null : metadata.getAll(key);
      if (values != null) {
        values.forEach(value -> visitor.accept(name, value));
      }
    }
  }

  @Override
  public void remove(String name) {
    Metadata.Key<String> key = key(name);
    if (key != null) {
      metadata.discardAll(key);
    }
  }

  @Override
  public void set(String name, String value) {
    remove(name);
    add(name, value);
  }

  @Override
  public void add(String name, String value) {
    Metadata.Key<String> key = key(name);
    if (key != null) {
      metadata.put(key, value);
    }
  }

  private static Metadata.@Nullable Key<String> key(String name) {
    if (name.isEmpty()
        || name.charAt(0) == ':'
        || name.endsWith(Metadata.BINARY_HEADER_SUFFIX)
        || name.equalsIgnoreCase("connection")) {
      return null;
    }
    try {
      return Metadata.Key.of(name.toLowerCase(Locale.ROOT), Metadata.ASCII_STRING_MARSHALLER);
    } catch (IllegalArgumentException e) {
      return null; // a character that no gRPC header may have: there is no such header
    }
  }
}
