package dev.weft.instrumentation.httpurlconnection;

import dev.weft.bridge.Ending;
import dev.weft.bridge.Headers;
import java.io.IOException;
import java.lang.ref.Cleaner;

/**
 * Many applications look at the status only and forget the rest. The JDK's socket then waits for
 * the garbage collector; the engine must be told as well, or the call would count as under way for
 * ever.
 */
final class Abandoned implements Runnable {

  private static final Cleaner CLEANER = Cleaner.create();

  private final Ending ending;

  private Abandoned(Ending ending) {
    this.ending = ending;
  }

  /** Ends the exchange when the body is collected; until its own end, which comes first. */
  static Cleaner.Cleanable watch(Body body, Ending ending) {
    return CLEANER.register(body, new Abandoned(ending));
  }

  @Override
  public void run() {
    ending.finished(-1, Headers.NONE, new IOException("the application abandoned the response"));
  }
}
