package dev.weft.instrumentation.tomcat;

import dev.weft.bridge.Context;
import dev.weft.bridge.InboundCall;

/** Runs a task for the call in whose context it was handed over. */
record ContextRunnable(InboundCall call, Runnable task) implements Runnable {

  @Override
  public void run() {
    InboundCall before = Context.enter(call);
    try {
      task.run();
    } finally {
      Context.exit(before);
    }
  }
}
