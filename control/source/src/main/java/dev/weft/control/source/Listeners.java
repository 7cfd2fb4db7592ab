package dev.weft.control.source;

import dev.weft.control.model.ModelSource;
import java.util.concurrent.CopyOnWriteArrayList;

/** Those who want to know that something has changed. */
public final class Listeners {

  private final CopyOnWriteArrayList<Listener> listeners = new CopyOnWriteArrayList<>();

  /** By identity: the same action may be added twice and is then called twice. */
  private static final class Listener {
    private final Runnable action;

    Listener(Runnable action) {
      this.action = action;
    }
  }

  public ModelSource.Subscription add(Runnable action) {
    Listener listener = new Listener(action);
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  public void changed() {
    listeners.forEach(listener -> listener.action.run());
  }
}
