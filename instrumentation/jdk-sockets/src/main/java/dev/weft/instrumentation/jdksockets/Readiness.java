package dev.weft.instrumentation.jdksockets;

/** Tells those who wait for a connection to become readable what the kernel cannot know. */
public interface Readiness {

  /** Whether bytes for the application lie in memory, or its end does. Called for each change. */
  void leftover(boolean there);
}
