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
  private Runnable changed = () -> {};

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

  private void add(Entry entry) {
    Runnable tell;
    synchronized (this) {
      entries.add(entry);
      tell = changed;
    }
    tell.run();
  }

  /** Who is told of changes, and now for the first time. Quick: classes wait to be loaded. */
  void onChange(Runnable action) {
    synchronized (this) {
      changed = action;
    }
    action.run();
  }

  /** For the control service: a library that is in several class loaders is told once. */
  List<dev.weft.xds.Library> libraries() {
    List<dev.weft.xds.Library> libraries = new ArrayList<>();
    for (Entry entry : entries()) {
      String problem = entry.problem() == null ? "" : entry.problem();
      dev.weft.xds.Library library =
          new dev.weft.xds.Library(entry.library().adapter(), entry.library().version(), problem);
      if (!libraries.contains(library)) {
        libraries.add(library);
      }
    }
    return libraries;
  }

  /** Whether any library was woven by this adapter. */
  synchronized boolean isWoven(String adapter) {
    for (Entry entry : entries) {
      if (entry.problem() == null && entry.library().adapter().equals(adapter)) {
        return true;
      }
    }
    return false;
  }

  /** In the order in which they were met. */
  synchronized List<Entry> entries() {
    return List.copyOf(entries);
  }

  private static String name(Library library) {
    return library.adapter() + " " + library.version() + " in " + library.loader();
  }
}
