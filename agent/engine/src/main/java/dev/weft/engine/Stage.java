package dev.weft.engine;

import dev.weft.bridge.Outcome;
import dev.weft.bridge.Step;
import org.jspecify.annotations.Nullable;

/** One decision on the way of an outbound request. */
@FunctionalInterface
interface Stage {

  /** The step that ends or interrupts the way here; null: go on with the next stage. */
  @Nullable Step decide(OutboundExchange call);

  /** One decision after a try. */
  @FunctionalInterface
  interface Judge {

    /** What follows from the outcome; null: the next judge decides. */
    @Nullable Step judge(OutboundExchange call, Outcome outcome);
  }
}
