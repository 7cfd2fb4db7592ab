package dev.weft.runtime;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/** Tells of suppressed failures: each kind once, all of them are counted elsewhere. */
final class Complaints implements BiConsumer<String, Throwable> {

  /** A hook that fails in ever new ways shall not fill the log. */
  private static final int MOST = 100;

  private final Set<String> told = ConcurrentHashMap.newKeySet();
  private final Log log;

  Complaints(Log log) {
    this.log = log;
  }

  /** A hook failed, and the application went on without it. Never throws. */
  @Override
  public void accept(String hook, Throwable failure) {
    StackTraceElement[] trace = failure.getStackTrace();
    String kind =
        hook + ": " + failure.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]);
    if (told.size() < MOST && told.add(kind)) {
      log.warn(
          "a hook failed, the application goes on without it: "
              + kind
              + ": "
              + failure.getMessage());
      log.debug(trace(failure));
    }
  }

  static String trace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
