package dev.weft.instrumentation.jdksockets;

import dev.weft.bridge.Wire.Passage;
import java.io.IOException;
import java.time.Duration;

/** Whether a connection that the mesh has sent somewhere has come there. */
final class Voyage {

  private final RawSocket raw;
  private final Passage passage;
  private volatile boolean arrived;
  private volatile boolean failed;

  Voyage(RawSocket raw, Passage passage) {
    this.raw = raw;
    this.passage = passage;
  }

  Passage passage() {
    return passage;
  }

  Duration patience() {
    return passage.connectTimeout();
  }

  boolean hasArrived() {
    return arrived;
  }

  /** Looks whether there is another end. */
  void look() {
    if (!arrived) {
      try {
        arrived = raw.remote() != null;
      } catch (IOException e) {
        // Not yet, or not any more.
      }
    }
  }

  /** Whether it takes longer than it may. */
  boolean isLate(long ageNanos) {
    look();
    return !arrived && ageNanos > patience().toNanos();
  }

  /** It is given up, whether it has come there or not. */
  void fails() {
    failed = true;
  }

  /**
   * It is over.
   *
   * @param opened whether bytes could flow
   */
  void over(boolean opened) {
    passage.over(opened || (arrived && !failed));
  }
}
