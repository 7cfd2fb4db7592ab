package dev.weft.control.model;

/** Where the current model comes from. */
public interface ModelSource {

  MeshModel current();

  /**
   * Calls {@code listener} with the current model at once, and then with each new one, until the
   * result is closed.
   */
  Subscription subscribe(ModelListener listener);

  /** Closing ends it; no call is made afterwards. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
