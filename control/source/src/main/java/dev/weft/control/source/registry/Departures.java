package dev.weft.control.source.registry;

import java.util.concurrent.CompletionStage;

/** Knows when others have heard that a workload is gone. */
@FunctionalInterface
public interface Departures {

  /**
   * Completes when nobody who is connected will send requests to this instance any more. Whoever
   * asked may complete it himself: he waits no longer.
   */
  CompletionStage<Void> everybodyKnows(String instance);
}
