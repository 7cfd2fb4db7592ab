package dev.weft.control.kubernetes;

import io.fabric8.kubernetes.api.model.Namespace;

/**
 * What of a namespace counts.
 *
 * @param ends whether it is being deleted
 * @param off whether its workloads are switched off
 */
record NamespaceFacts(String name, boolean ends, boolean off) {

  static NamespaceFacts of(Namespace namespace) {
    var metadata = namespace.getMetadata();
    return new NamespaceFacts(
        metadata.getName(),
        metadata.getDeletionTimestamp() != null,
        OffSwitch.isOff(metadata.getLabels()));
  }
}
