package dev.weft.control.source.registry;

import dev.weft.control.model.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * A port on which a registered workload listens.
 *
 * @param address where others reach it; null if they cannot
 * @param bound as the agent reported it; empty: every address
 * @param library the adapter that reported it
 */
public record RegisteredPort(int port, @Nullable String address, String bound, String library) {

  /** What the library speaks. */
  public Protocol protocol() {
    return switch (library) {
      case "grpc" -> Protocol.GRPC;
      case "tomcat", "jdk-httpserver" -> Protocol.HTTP;
      default -> Protocol.UNDECLARED;
    };
  }
}
