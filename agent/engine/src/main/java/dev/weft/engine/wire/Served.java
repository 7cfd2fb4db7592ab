package dev.weft.engine.wire;

import dev.weft.engine.config.SpiffeId;

/** An address of the mesh: who is there, and whether requests of an adapter go there. */
final class Served {

  private final SpiffeId identity;
  private volatile boolean asked;

  Served(SpiffeId identity) {
    this.identity = identity;
  }

  SpiffeId identity() {
    return identity;
  }

  void ask() {
    if (!asked) {
      asked = true;
    }
  }

  boolean isAsked() {
    return asked;
  }
}
