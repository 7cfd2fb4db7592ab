package dev.weft.instrumentation.concurrent;

import dev.weft.bridge.InboundCall;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Calls beside objects that are not ours, found by identity. An object that is never asked for
 * again takes its entry along when it is collected.
 */
final class WeakTable {

  private final ConcurrentHashMap<Object, InboundCall> calls = new ConcurrentHashMap<>();
  private final ReferenceQueue<Object> collected = new ReferenceQueue<>();

  void put(Object object, InboundCall call) {
    expunge();
    calls.put(new Entry(object, collected), call);
  }

  /** Takes the call of this object away; null: there is none. */
  @Nullable InboundCall take(Object object) {
    return calls.isEmpty() ? null : calls.remove(new Probe(object));
  }

  int size() {
    expunge();
    return calls.size();
  }

  private void expunge() {
    for (Reference<?> gone = collected.poll(); gone != null; gone = collected.poll()) {
      calls.remove(gone);
    }
  }

  private static boolean same(Object key, Object other) {
    Object object = object(key);
    return object != null && object == object(other);
  }

  private static @Nullable Object object(Object key) {
    return key instanceof Probe probe
        ? probe.object
        : key instanceof Entry entry ? entry.get() : null;
  }

  private static final class Entry extends WeakReference<Object> {
    private final int hash;

    Entry(Object object, ReferenceQueue<Object> collected) {
      super(object, collected);
      hash = System.identityHashCode(object);
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(Object other) {
      return this == other || same(this, other);
    }
  }

  private static final class Probe {
    private final Object object;

    Probe(Object object) {
      this.object = object;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(object);
    }

    @Override
    public boolean equals(Object other) {
      return same(this, other);
    }
  }
}
