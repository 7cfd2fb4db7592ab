package dev.weft.xds.decode;

import dev.weft.xds.proto.Struct;
import dev.weft.xds.proto.Value;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What Istio and Weft say in the metadata of clusters and endpoints. */
final class Metadata {

  private static final String UNKNOWN = "unknown";

  private Metadata() {}

  /** Null when there is none. */
  static @Nullable Struct istio(dev.weft.xds.proto.@Nullable Metadata metadata) {
    return metadata == null ? null : metadata.filterMetadata().get("istio");
  }

  /** What Weft itself adds; null when there is none. */
  static @Nullable Struct weft(dev.weft.xds.proto.@Nullable Metadata metadata) {
    return metadata == null ? null : metadata.filterMetadata().get("weft");
  }

  /** Whole numbers; none when the field is absent. */
  static Set<Integer> numbers(@Nullable Struct struct, String field) {
    Value list = struct == null ? null : struct.fields().get(field);
    if (list == null || list.listValue() == null) {
      return Set.of();
    }
    Set<Integer> numbers = new HashSet<>();
    for (Value value : list.listValue().values()) {
      if (value.numberValue() != null) {
        numbers.add(value.numberValue().intValue());
      }
    }
    return Set.copyOf(numbers);
  }

  /** Milliseconds; zero when the field is absent, and never less. */
  static Duration millis(@Nullable Struct struct, String field) {
    Value value = struct == null ? null : struct.fields().get(field);
    return value == null || value.numberValue() == null
        ? Duration.ZERO
        : Duration.ofMillis(Math.max(0, value.numberValue().longValue()));
  }

  /** The first struct of a list; null when there is none. */
  static @Nullable Struct firstOf(@Nullable Struct struct, String field) {
    Value list = struct == null ? null : struct.fields().get(field);
    if (list == null || list.listValue() == null || list.listValue().values().isEmpty()) {
      return null;
    }
    return list.listValue().values().get(0).structValue();
  }

  /** A text; null when it is absent. */
  static @Nullable String find(@Nullable Struct struct, String field) {
    Value value = struct == null ? null : struct.fields().get(field);
    return value == null ? null : value.stringValue();
  }

  /** A text; {@code unknown} when it is absent or empty. */
  static String text(Struct struct, String field) {
    String text = find(struct, field);
    return text == null || text.isEmpty() ? UNKNOWN : text;
  }
}
