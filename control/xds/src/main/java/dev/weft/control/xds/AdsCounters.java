package dev.weft.control.xds;

import dev.weft.control.xds.resource.ResourceType;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What the server has done since it started. */
public final class AdsCounters {

  private final Map<ResourceType, LongAdder> responses = adders();
  private final Map<ResourceType, LongAdder> rejections = adders();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder coalesced = new LongAdder();
  private final LongAdder unknownTypes = new LongAdder();
  private final LongAdder models = new LongAdder();

  AdsCounters() {}

  private static Map<ResourceType, LongAdder> adders() {
    Map<ResourceType, LongAdder> adders = new EnumMap<>(ResourceType.class);
    for (ResourceType type : ResourceType.values()) {
      adders.put(type, new LongAdder());
    }
    return Map.copyOf(adders);
  }

  void sent(ResourceType type, int size) {
    responses.getOrDefault(type, bytes).increment();
    bytes.add(size);
  }

  void refused(ResourceType type) {
    rejections.getOrDefault(type, bytes).increment();
  }

  void coalesced() {
    coalesced.increment();
  }

  void unknownType() {
    unknownTypes.increment();
  }

  void model() {
    models.increment();
  }

  /** Responses sent. */
  public long responses(ResourceType type) {
    return sum(responses, type);
  }

  /** Responses that clients refused. */
  public long rejections(ResourceType type) {
    return sum(rejections, type);
  }

  private static long sum(Map<ResourceType, LongAdder> adders, ResourceType type) {
    LongAdder adder = adders.get(type);
    return adder == null ? 0 : adder.sum();
  }

  /** Bytes of all responses, before compression. */
  public long bytes() {
    return bytes.sum();
  }

  /** Changes that were merged into a push that was due already. */
  public long coalescedChanges() {
    return coalesced.sum();
  }

  /** Requests for types that this server does not serve. */
  public long unknownTypes() {
    return unknownTypes.sum();
  }

  /** Models that were put in force. */
  public long models() {
    return models.sum();
  }
}
