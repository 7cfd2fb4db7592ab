package dev.weft.bridge;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The loop over {@link Step} for libraries that call back. It has no thread of its own: it runs on
 * the library's callbacks and on the mesh's timer, in the {@link Context} of the application's
 * call. Late answers, timers and cancellation meet here, under one lock, so that exactly one of
 * them ends the call; neither the library nor the engine is ever called under that lock.
 */
public final class AsyncTries {

  /** What a callback adapter supplies. */
  public interface Library {

    /** Begins a try and reports to it. What it throws counts as the try's failure. */
    void send(Step.Send send, Attempt attempt);

    /** Shows a local reply as the library's own response. */
    void local(Step.Answer answer);

    /** Fails the application's call with the library's own exception. */
    void fail(Throwable failure);

    /** Whether the request, body included, could be sent once more now. */
    boolean replayable();
  }

  /** The response of a try is the application's: edit it, and say when its body is over. */
  public record Delivery(HeaderEdits edits, Ending ending) {}

  private enum State {
    OPEN,
    DECIDING,
    DISCARDING,
    DELIVERED,
    ENDED
  }

  private final Mesh mesh;
  private final OutboundCall call;
  private final Library library;
  private final @Nullable InboundCall context = Context.current();

  // Guarded by this.
  private boolean over;
  private @Nullable Attempt current;
  private Mesh.@Nullable Cancel pause;

  public AsyncTries(Mesh mesh, OutboundCall call, Library library) {
    this.mesh = mesh;
    this.call = call;
    this.library = library;
  }

  /** Begins the call. Called once. */
  public void start() {
    Step step = ask(call::start);
    if (step != null) {
      next(step, null);
    }
  }

  /**
   * The application gave up. True when that ended the call; false when it was over or delivered
   * already, and the library's own cancellation applies to the response.
   */
  public boolean cancel() {
    Attempt attempt;
    Mesh.Cancel waiting;
    synchronized (this) {
      if (over) {
        return false;
      }
      over = true;
      attempt = current;
      waiting = pause;
    }
    if (waiting != null) {
      waiting.cancel();
    }
    call.cancelled();
    if (attempt != null) {
      attempt.stopTimer();
      attempt.abort();
    }
    return true;
  }

  private void next(Step step, @Nullable Throwable failure) {
    InboundCall before = Context.enter(context);
    try {
      if (step instanceof Step.Send send) {
        send(send);
      } else if (step instanceof Step.Wait wait) {
        await(wait);
      } else if (end()) {
        if (step instanceof Step.Answer answer) {
          library.local(answer);
        } else {
          library.fail(
              failure != null
                  ? failure
                  : new IllegalStateException("Deliver without a response or a failure"));
        }
      }
    } finally {
      Context.exit(before);
    }
  }

  private synchronized boolean end() {
    boolean first = !over;
    over = true;
    return first;
  }

  private void send(Step.Send send) {
    Attempt attempt = new Attempt();
    synchronized (this) {
      if (over) {
        return;
      }
      current = attempt;
      pause = null;
    }
    attempt.startTimer(send);
    try {
      library.send(send, attempt);
    } catch (RuntimeException | Error e) {
      attempt.failed(new Outcome.Failed(Outcome.Kind.OTHER, e, false)); // else nobody would be told
    }
  }

  private void await(Step.Wait wait) {
    synchronized (this) {
      current = null;
      pause = null;
    }
    AtomicBoolean resumed = new AtomicBoolean();
    Runnable resume =
        () -> {
          if (resumed.compareAndSet(false, true) && !isOver()) {
            Step step = ask(call::resume);
            if (step != null) {
              next(step, null);
            }
          }
        };
    if (wait.delay() != null) {
      Mesh.Cancel timer = mesh.after(wait.delay(), resume);
      boolean late;
      synchronized (this) {
        late = over;
        pause = timer;
      }
      if (late) {
        timer.cancel();
        return;
      }
    }
    if (wait.signal() != null) {
      wait.signal()
          .whenComplete(
              (value, error) -> {
                Mesh.Cancel timer;
                synchronized (this) {
                  timer = pause;
                }
                if (timer != null) {
                  timer.cancel();
                }
                resume.run();
              });
    }
  }

  /**
   * Asks the engine. Null: it failed; the call has ended, and the application sees an I/O error.
   */
  private @Nullable Step ask(Supplier<Step> question) {
    try {
      return question.get();
    } catch (RuntimeException e) {
      Weft.suppressed("outbound", e);
      if (end()) {
        call.cancelled();
        library.fail(new IOException("the mesh could not decide about this request", e));
      }
      return null;
    }
  }

  private synchronized boolean isOver() {
    return over;
  }

  /** One try. Reports after its end, however late, are ignored. */
  public final class Attempt {

    // Guarded by the loop.
    private State state = State.OPEN;
    private boolean late;
    private boolean aborted;
    private @Nullable Step then;
    private int timers;
    private @Nullable Runnable abortion;
    private Mesh.@Nullable Cancel timer;

    private Attempt() {}

    /**
     * How to break this try, before or after its head. Runs at once when the try is aborted
     * already; may run on any thread.
     */
    public void onAbort(Runnable action) {
      synchronized (AsyncTries.this) {
        if (!aborted) {
          abortion = action;
          return;
        }
      }
      action.run();
    }

    /**
     * The response head arrived. Not null: the response is the application's. Null: drain or drop
     * its body, then call {@link #dropped}.
     */
    public @Nullable Delivery head(Outcome.Head head) {
      synchronized (AsyncTries.this) {
        if (over || current != this || state != State.OPEN) {
          return null;
        }
        state = State.DECIDING;
      }
      Step step = ask(() -> call.ended(head));
      if (step == null) {
        stopTimer();
        return null;
      }
      boolean expired;
      Mesh.Cancel running;
      synchronized (AsyncTries.this) {
        running = timer;
        if (over) {
          return null;
        }
        if (!(step instanceof Step.Deliver)) {
          state = State.DISCARDING;
          then = step;
        } else {
          state = State.DELIVERED;
          over = true;
        }
        expired = late;
      }
      if (!(step instanceof Step.Deliver deliver)) {
        cancel(running);
        return null;
      }
      if (deliver.timeout() != null) {
        cancel(running);
        return new Delivery(deliver.edits(), new Ending(call, restartTimer(deliver.timeout())));
      }
      if (expired) {
        abort(); // the timeout fell while the engine decided: it breaks the body
      }
      return new Delivery(deliver.edits(), new Ending(call, running));
    }

    /** The unwanted response is gone; what comes next may begin. */
    public void dropped() {
      Step step;
      synchronized (AsyncTries.this) {
        if (over || current != this || state != State.DISCARDING) {
          return;
        }
        state = State.ENDED;
        step = then;
      }
      if (step != null) {
        next(step, null);
      }
    }

    /**
     * No response arrived; or an unwanted one broke while it was dropped. A failure that comes
     * while the engine decides about the head is ignored here: an adapter that is given a {@link
     * Delivery} after one must fail the response itself.
     */
    public void failed(Outcome.Failed failed) {
      synchronized (AsyncTries.this) {
        if (state == State.OPEN && !over && current == this) {
          state = State.ENDED;
        } else if (state != State.DISCARDING) {
          return;
        }
      }
      Step step;
      synchronized (AsyncTries.this) {
        step = then;
      }
      if (step != null) {
        dropped();
        return;
      }
      stopTimer();
      end(failed);
    }

    private void end(Outcome.Failed failed) {
      Step step = ask(() -> call.ended(failed));
      if (step != null) {
        next(step, failed.cause());
      }
    }

    private void startTimer(Step.Send send) {
      if (send.timeout() == null) {
        return;
      }
      Mesh.Cancel running = mesh.after(send.timeout(), expiry());
      boolean ended;
      synchronized (AsyncTries.this) {
        timer = running;
        ended = over;
      }
      cancel(ended ? running : null);
    }

    /** The response has its own time, in the place of the try's. */
    private Mesh.@Nullable Cancel restartTimer(Duration timeout) {
      Runnable expiry = expiry();
      return timeout.isZero() ? null : mesh.after(timeout, expiry);
    }

    /** What the next timer shall do; those before it do nothing from now on. */
    private Runnable expiry() {
      synchronized (AsyncTries.this) {
        int own = ++timers;
        return () -> expired(own);
      }
    }

    private void expired(int which) {
      boolean ends;
      synchronized (AsyncTries.this) {
        if (which != timers) {
          return;
        }
        late = true;
        ends = state == State.OPEN && !over && current == this;
        if (ends) {
          state = State.ENDED;
        } else if (state != State.DELIVERED) {
          return; // deciding or discarding: seen there; over: nothing left to break
        }
      }
      abort();
      if (ends) {
        SocketTimeoutException timeout = new SocketTimeoutException("the mesh's timeout ran out");
        end(new Outcome.Failed(Outcome.Kind.TIMEOUT, timeout, library.replayable()));
      }
    }

    private void abort() {
      Runnable action;
      synchronized (AsyncTries.this) {
        if (aborted) {
          return;
        }
        aborted = true;
        action = abortion;
      }
      if (action != null) {
        action.run();
      }
    }

    private void stopTimer() {
      Mesh.Cancel running;
      synchronized (AsyncTries.this) {
        running = timer;
      }
      cancel(running);
    }

    private void cancel(Mesh.@Nullable Cancel running) {
      if (running != null) {
        running.cancel();
      }
    }
  }
}
