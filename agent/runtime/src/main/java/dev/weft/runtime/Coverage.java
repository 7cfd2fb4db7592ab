package dev.weft.runtime;

import dev.weft.weaver.Report;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which libraries were met, and whether they are woven: for the log and the control service. */
final class Coverage implements Report {

  /**
   * A library that was met.
   *
   * @param problem why it is not woven; null: it is
   */
  record Entry(Library library, @Nullable String problem) {}

  private final Log log;
  private final List<Entry> entries = new ArrayList<>();

  Coverage(Log log) {
    this.log = log;
  }

  @Override
  public void woven(Library library) {
    add(new Entry(library, null));
    log.debug("woven: " + name(library));
  }

  @Override
  public void left(Library library, String reason) {
    add(new Entry(library, reason));
    log.warn("not woven: " + name(library) + ": " + reason);
  }

  @Override
  public void failed(Library library, String className, Throwable failure) {
    String problem = className + " is not woven: " + failure;
    add(new Entry(library, problem));
    log.warn(name(library) + ": " + problem);
  }

  private synchronized void add(Entry entry) {
    entries.add(entry);
  }

  /** In the order in which they were met. */
  synchronized List<Entry> entries() {
    return List.copyOf(entries);
  }

  private static String name(Library library) {
    return library.adapter() + " " + library.version() + " in " + library.loader();
  }
}
