package dev.weft.control.xds;

import dev.weft.control.xds.resource.ResourceType;

/** What one client may ask of the server. */
final class Limits {

  /** Far above what a workload calls, far below what would hurt. */
  static final int NAMES_PER_STREAM = 20_000;

  /** A DNS name has at most 253 characters; Istio's cluster names add port and subset. */
  private static final int NAME_LENGTH = 1024;

  /** A workload's labels are part of it. */
  private static final int NAME_OF_LABELS = 16 << 10;

  static int nameLength(ResourceType type) {
    return switch (type) {
      case INBOUND, AUTHORIZATION, INBOUND_HTTP -> NAME_OF_LABELS;
      default -> NAME_LENGTH;
    };
  }

  /** A response is closed at this size, in bytes: gRPC clients refuse messages above 4 MiB. */
  static final int RESPONSE_BYTES = 1 << 20;

  private Limits() {}
}
