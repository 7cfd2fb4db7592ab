package dev.weft.xds.ads;

import dev.weft.xds.proto.Status;
import java.util.List;

/** The reasons of a NACK. */
final class Refusals {

  private static final int INVALID_ARGUMENT = 3;
  private static final int MOST_CHARACTERS = 4096;

  private Refusals() {}

  /** As one text, of a length that a log can bear. */
  static String join(List<String> problems) {
    String all = String.join("; ", problems);
    return all.length() <= MOST_CHARACTERS ? all : all.substring(0, MOST_CHARACTERS) + "…";
  }

  static Status status(String reason) {
    return new Status().code(INVALID_ARGUMENT).message(reason);
  }

  static String unknownType(String typeUrl) {
    return "type_url: \"" + typeUrl + "\" (expected: a type that was subscribed)";
  }
}
