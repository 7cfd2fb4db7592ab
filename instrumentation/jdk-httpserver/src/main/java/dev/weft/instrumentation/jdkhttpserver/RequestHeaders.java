package dev.weft.instrumentation.jdkhttpserver;

import com.sun.net.httpserver.Headers;
import dev.weft.bridge.HeaderEdits;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A request's headers: closed to the application, as the server's own are, but open to the engine;
 * and the place where its exchange is found again.
 */
final class RequestHeaders extends Headers {

  private final Arrival arrival;
  private boolean open = true;

  RequestHeaders(Headers original, Arrival arrival) {
    this.arrival = arrival;
    for (Map.Entry<String, List<String>> entry : original.entrySet()) {
      super.put(entry.getKey(), List.copyOf(entry.getValue()));
    }
    open = false;
  }

  Arrival arrival() {
    return arrival;
  }

  void edit(HeaderEdits edits) {
    open = true;
    try {
      edits.apply(
          new HeaderEdits.Target() {
            @Override
            public void remove(String name) {
              RequestHeaders.this.remove(name);
            }

            @Override
            public void set(String name, String value) {
              put(name, List.of(value));
            }

            @Override
            public void add(String name, String value) {
              List<String> before = get(name);
              List<String> values = before == null ? new ArrayList<>() : new ArrayList<>(before);
              values.add(value);
              put(name, List.copyOf(values));
            }
          });
    } finally {
      open = false;
    }
  }

  private void check() {
    if (!open) {
      throw new UnsupportedOperationException("unsupported operation");
    }
  }

  @Override
  public List<String> put(String key, List<String> value) {
    check();
    return super.put(key, value);
  }

  @Override
  public void add(String key, String value) {
    check();
    super.add(key, value);
  }

  @Override
  public void set(String key, String value) {
    check();
    super.set(key, value);
  }

  @Override
  public List<String> remove(Object key) {
    check();
    return super.remove(key);
  }

  @Override
  public void putAll(Map<? extends String, ? extends List<String>> map) {
    check();
    super.putAll(map);
  }

  @Override
  public void clear() {
    check();
    super.clear();
  }

  @Override
  public @Nullable List<String> replace(String key, List<String> value) {
    check();
    return super.replace(key, value);
  }

  @Override
  public boolean replace(String key, List<String> before, List<String> after) {
    check();
    return super.replace(key, before, after);
  }

  @Override
  public void replaceAll(
      BiFunction<? super String, ? super List<String>, ? extends List<String>> function) {
    check();
    super.replaceAll(function);
  }

  @Override
  public Set<String> keySet() {
    return Collections.unmodifiableSet(super.keySet());
  }

  @Override
  public Collection<List<String>> values() {
    return Collections.unmodifiableCollection(super.values());
  }

  @Override
  public Set<Map.Entry<String, List<String>>> entrySet() {
    Map<String, List<String>> copy = new LinkedHashMap<>();
    for (Map.Entry<String, List<String>> entry : super.entrySet()) {
      copy.put(entry.getKey(), entry.getValue());
    }
    return Collections.unmodifiableMap(copy).entrySet();
  }
}
