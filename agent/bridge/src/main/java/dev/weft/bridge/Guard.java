package dev.weft.bridge;

import org.jspecify.annotations.Nullable;

/**
 * Marks the current thread while an adapter's own code calls the library it has woven, so that the
 * hook does not act on itself. A mark may carry data to a hook further down (the try in progress).
 *
 * <p>A hook that finds a mark should take it down before user code runs, or the user's own calls
 * would escape the mesh.
 */
public final class Guard {

  /** The mark of the agent's own threads: nothing they do is woven. */
  public static final Object AGENT = new Object();

  private static final ThreadLocal<@Nullable Object> MARK = new ThreadLocal<>();

  private Guard() {}

  /** The innermost mark of this thread, or null. */
  public static @Nullable Object current() {
    return MARK.get();
  }

  /** Puts a mark up (null: takes it down) and returns the one before, for {@link #exit}. */
  public static @Nullable Object enter(@Nullable Object mark) {
    Object before = MARK.get();
    set(mark);
    return before;
  }

  /** Restores what {@link #enter} returned. */
  public static void exit(@Nullable Object before) {
    set(before);
  }

  private static void set(@Nullable Object mark) {
    if (mark == null) {
      MARK.remove(); // leaves no entry behind on threads that the application pools
    } else {
      MARK.set(mark);
    }
  }
}
