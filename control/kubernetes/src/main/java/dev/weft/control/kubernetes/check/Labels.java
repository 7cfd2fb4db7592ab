package dev.weft.control.kubernetes.check;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The labels by which namespaces and pods choose. */
final class Labels {

  static final String INJECT = "weft.dev/inject";
  static final String REVISION = "weft.dev/rev";
  static final String ENABLED = "weft.dev/enabled";

  /** What the injector writes to each pod that it was shown. */
  static final String STATUS = "weft.dev/status";

  private Labels() {}

  static String of(@Nullable Map<String, String> labels, String name) {
    return labels == null ? "" : labels.getOrDefault(name, "");
  }

  /** Whether what has these is to be injected, by some revision. */
  static boolean chooses(@Nullable Map<String, String> labels) {
    return !of(labels, INJECT).equals("disabled")
        && (of(labels, INJECT).equals("enabled") || !of(labels, REVISION).isEmpty());
  }
}
