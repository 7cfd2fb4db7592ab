package dev.weft.engine.limit;

import dev.weft.engine.config.RateLimit.Descriptor;
import dev.weft.engine.config.RateLimit.Entry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The buckets of one wildcard descriptor, one for each value that was met. Values come from
 * outside, so their number is bounded: the bucket that was not used for longest goes first, and
 * where it was not yet full again, whoever it was for has a full one sooner than the limit says.
 */
final class Buckets {

  private final Descriptor descriptor;
  private final Rate rate;
  private final int most;
  private final Runnable forgotten;

  // Guarded by this. In the order of their last use.
  private final LinkedHashMap<List<Entry>, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param forgotten told of each bucket that went before it was full
   */
  Buckets(Descriptor descriptor, int most, Runnable forgotten) {
    this.descriptor = descriptor;
    this.rate = Rate.of(descriptor.bucket());
    this.most = most;
    this.forgotten = forgotten;
  }

  boolean matches(List<Entry> entries) {
    List<Entry> own = descriptor.entries();
    if (own.size() != entries.size()) {
      return false;
    }
    for (int i = 0; i < own.size(); i++) {
      Entry mine = own.get(i);
      Entry theirs = entries.get(i);
      if (!mine.key().equals(theirs.key())
          || !(mine.isWildcard() || mine.value().equals(theirs.value()))) {
        return false;
      }
    }
    return true;
  }

  synchronized Bucket of(List<Entry> entries, long now) {
    Bucket known = buckets.get(entries);
    if (known != null) {
      return known;
    }
    if (buckets.size() >= most) {
      forgetOldest(now);
    }
    Bucket made = new Bucket(rate, now);
    buckets.put(entries, made);
    return made;
  }

  private void forgetOldest(long now) {
    Map.Entry<List<Entry>, Bucket> oldest = buckets.entrySet().iterator().next();
    buckets.remove(oldest.getKey());
    if (!oldest.getValue().isFull(now)) {
      forgotten.run();
    }
  }

  synchronized int size() {
    return buckets.size();
  }
}
