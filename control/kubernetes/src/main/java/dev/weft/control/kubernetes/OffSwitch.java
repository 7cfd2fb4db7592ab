package dev.weft.control.kubernetes;

import dev.weft.control.model.Workload;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The label that takes a workload out of the mesh while it runs: on its pod, or else on its
 * namespace.
 */
final class OffSwitch {

  private OffSwitch() {}

  static boolean isOff(@Nullable Map<String, String> labels) {
    return labels != null && "false".equals(labels.get(Workload.ENABLED));
  }
}
