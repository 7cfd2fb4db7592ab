package dev.weft.engine.limit;

import dev.weft.engine.config.RateLimit;
import dev.weft.engine.config.RateLimit.Entry;
import java.util.ArrayList;
import java.util.List;

/** Envoy's {@code ratelimit} filter: what a service is asked of a request. */
public final class GlobalLimiter {

  private final RateLimit.Global config;
  private final List<DescriptorMaker> makers;

  GlobalLimiter(RateLimit.Global config) {
    this.config = config;
    this.makers = config.actions().stream().map(each -> new DescriptorMaker(each, false)).toList();
  }

  public RateLimit.Global config() {
    return config;
  }

  /** Empty: the service has nothing to say of this request. */
  public List<List<Entry>> descriptors(Arriving request) {
    List<List<Entry>> descriptors = new ArrayList<>(makers.size());
    for (DescriptorMaker maker : makers) {
      List<Entry> entries = maker.of(request);
      if (entries != null && !entries.isEmpty()) {
        descriptors.add(entries);
      }
    }
    return descriptors;
  }
}
