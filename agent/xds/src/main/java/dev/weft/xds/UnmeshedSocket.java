package dev.weft.xds;

import java.util.List;

/**
 * Sockets of the application that the mesh does not carry, and that are alike.
 *
 * @param listens whether they accept connections; else the application connects
 * @param addresses some of where they are or go
 * @param library whose code opened them
 * @param reason why the mesh does not carry them
 * @param count how many there were
 * @param frames of the stack that opened the first, from the innermost outwards
 */
public record UnmeshedSocket(
    boolean listens,
    List<String> addresses,
    String library,
    String reason,
    long count,
    List<String> frames) {

  public UnmeshedSocket {
    addresses = List.copyOf(addresses);
    frames = List.copyOf(frames);
  }
}
