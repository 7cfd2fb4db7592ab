package dev.weft.injector;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.zjsonpatch.JsonDiff;
import java.util.List;

/**
 * What came of a pod.
 *
 * @param pod as it is to be
 * @param patch that makes it so (RFC 6902)
 * @param containers that are part of the mesh now
 * @param notices what is to be said about it
 * @param skipped why nothing was to be done; empty: something was
 */
public record Injection(
    ObjectNode pod,
    ArrayNode patch,
    List<String> containers,
    List<Notice> notices,
    String skipped) {

  public Injection {
    containers = List.copyOf(containers);
    notices = List.copyOf(notices);
  }

  /** A pod that is left as it is. */
  static Injection skipped(ObjectNode pod, String why) {
    return new Injection(pod, pod.arrayNode(), List.of(), List.of(), why);
  }

  static Injection of(
      ObjectNode before, ObjectNode after, List<String> containers, List<Notice> notices) {
    return new Injection(
        after, (ArrayNode) JsonDiff.asJson(before, after), containers, notices, "");
  }

  /** Whether it is part of the mesh. */
  public boolean isInjected() {
    return !containers.isEmpty();
  }
}
