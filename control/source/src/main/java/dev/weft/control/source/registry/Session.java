package dev.weft.control.source.registry;

/** The registry's way back to one agent. Called with the registry's lock held: must not block. */
interface Session {

  /** A port is not served by this workload, and why. */
  void refused(int port, String reason);
}
