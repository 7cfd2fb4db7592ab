package dev.weft.bridge;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The loop over {@link Step} for libraries that block: one call of the application, on its thread.
 * Only {@link #cancel} and the mesh's timer come from elsewhere; they and the loop agree under one
 * lock which of them ends the call, and neither library nor engine is ever called under it.
 *
 * @param <R> the library's own response
 */
public final class BlockingTries<R> {

  /** What a blocking adapter supplies. */
  public interface Library<R> {

    /**
     * Sends one try and returns at its response head.
     *
     * @param attempt where to say how the try can be broken, before it can block
     */
    R send(Step.Send send, Attempt attempt) throws IOException;

    Outcome.Head head(R response);

    Outcome.Failed failed(Throwable failure);

    /** A response that nobody will see: drain what is small, or close. Must not block. */
    void discard(R response);

    /** The library's own response for a local reply. */
    R local(Step.Answer answer);

    /**
     * How long the application lets the library wait for a response; null: for ever. A delay of the
     * mesh is such a wait, because behind a sidecar it would be one.
     */
    default @Nullable Duration patience() {
      return null;
    }

    /** Edits the response and arranges for {@link Ending#finished} at the end of its body. */
    R deliver(R response, HeaderEdits edits, Ending ending);
  }

  /** One try, as far as other threads are concerned. */
  public static final class Attempt {

    // Guarded by this.
    private boolean aborted;
    private boolean late;
    private int timers;
    private @Nullable Runnable abortion;

    private Attempt() {}

    /**
     * How to break this try, before or after its head. Runs at once when the try is aborted
     * already; may run on any thread.
     */
    public void onAbort(Runnable action) {
      synchronized (this) {
        if (!aborted) {
          abortion = action;
          return;
        }
      }
      action.run();
    }

    /** What the next timer shall do; those before it do nothing from now on. */
    private synchronized Runnable expiry() {
      int own = ++timers;
      return () -> expire(own);
    }

    private void expire(int timer) {
      synchronized (this) {
        if (timer != timers) {
          return;
        }
        late = true;
      }
      abort();
    }

    private void abort() {
      Runnable action;
      synchronized (this) {
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

    private synchronized boolean isLate() {
      return late;
    }
  }

  /** A try that the adapter may begin ahead of {@link #run}. */
  public record Begun(Step.Send send, Attempt attempt) {}

  private enum State {
    OPEN,
    CANCELLED,
    OVER
  }

  private final Mesh mesh;
  private final OutboundCall call;
  private final Library<R> library;
  private final CompletableFuture<Void> cancelled = new CompletableFuture<>();

  private @Nullable Step next;
  private @Nullable R response;
  private @Nullable Throwable failure;
  private Mesh.@Nullable Cancel timer;

  // Guarded by this.
  private State state = State.OPEN;
  private @Nullable Attempt current;

  public BlockingTries(Mesh mesh, OutboundCall call, Library<R> library) {
    this.mesh = mesh;
    this.call = call;
    this.library = library;
  }

  /**
   * Goes as far as the first try, waiting where the engine says so, and returns it without sending
   * it: for libraries whose request body streams. {@link #run} then goes on with that very try; its
   * timeout begins there. Null: there is none, {@link #run} will answer at once.
   */
  public @Nullable Begun first() throws IOException {
    return ahead(next == null ? ask(call::start) : next);
  }

  /**
   * What {@link #first} gave could not be begun, and nothing of the body has left: goes on to the
   * try after it, as {@link #first} does.
   */
  public @Nullable Begun again(Throwable failed) throws IOException {
    failure = failed;
    Attempt attempt = attempt();
    Outcome outcome = outcome(failed, attempt != null && attempt.isLate());
    stopIfCancelled();
    return ahead(ask(() -> call.ended(outcome)));
  }

  private @Nullable Begun ahead(Step first) throws IOException {
    Step step = first;
    next = step;
    while (step instanceof Step.Wait wait) {
      await(wait);
      step = ask(call::resume);
      next = step;
    }
    if (!(step instanceof Step.Send send)) {
      return null;
    }
    Attempt attempt = attempt();
    if (attempt == null || failure != null) {
      failure = null;
      attempt = begin();
    }
    return new Begun(send, attempt);
  }

  /** Runs the call to its end: the library's response, or its exception. Called once. */
  public R run() throws IOException {
    try {
      Step step = next == null ? ask(call::start) : next;
      while (true) {
        if (step instanceof Step.Send send) {
          step = attempt(send, step == next ? attempt() : null);
        } else if (step instanceof Step.Wait wait) {
          discard();
          await(wait);
          step = ask(call::resume);
        } else {
          return end(step);
        }
      }
    } catch (Error e) {
      abandon(); // the call must end, whatever becomes of the thread
      throw e;
    }
  }

  /**
   * The application gives up, on any thread: breaks a wait and the try in flight. True when that
   * ended the call; false when it was over or delivered already, and the library's own cancellation
   * applies to the response.
   */
  public boolean cancel() {
    Attempt running;
    synchronized (this) {
      if (state != State.OPEN) {
        return false;
      }
      state = State.CANCELLED;
      running = current;
    }
    call.cancelled();
    cancelled.complete(null);
    if (running != null) {
      running.abort();
    }
    return true;
  }

  private Step attempt(Step.Send send, @Nullable Attempt begun) throws IOException {
    discard();
    failure = null;
    Attempt attempt = begun == null ? begin() : begun;
    stopIfCancelled();
    timer = send.timeout() == null ? null : mesh.after(send.timeout(), attempt.expiry());
    Outcome outcome;
    try {
      R head = library.send(send, attempt);
      response = head;
      outcome = library.head(head);
    } catch (IOException | RuntimeException e) {
      failure = e;
      outcome = outcome(e, attempt.isLate());
    }
    stopIfCancelled();
    Outcome seen = outcome;
    Step step = ask(() -> call.ended(seen));
    if (!(step instanceof Step.Deliver) || failure != null) {
      stopTimer();
    }
    return step;
  }

  private Outcome.Failed outcome(Throwable e, boolean late) {
    Outcome.Failed failed = library.failed(e);
    return late ? new Outcome.Failed(Outcome.Kind.TIMEOUT, e, failed.replayable()) : failed;
  }

  private R end(Step last) throws IOException {
    if (!(last instanceof Step.Deliver) || failure != null) {
      discard();
    }
    if (!isFirst(State.OVER)) {
      discard();
      throw givenUp();
    }
    if (last instanceof Step.Answer answer) {
      return library.local(answer);
    }
    if (failure != null) {
      throw BlockingTries.<RuntimeException>unchecked(failure);
    }
    R delivered = response;
    if (delivered == null || !(last instanceof Step.Deliver deliver)) {
      throw new IllegalStateException("Deliver without a response: it may only follow ended()");
    }
    if (deliver.timeout() != null) {
      restartTimer(deliver.timeout());
    }
    return library.deliver(delivered, deliver.edits(), new Ending(call, timer));
  }

  private void restartTimer(Duration timeout) {
    stopTimer();
    Attempt attempt = attempt();
    if (attempt != null) {
      Runnable expiry = attempt.expiry();
      timer = timeout.isZero() ? null : mesh.after(timeout, expiry);
    }
  }

  /** Asks the engine. Its failure ends the call; the application sees an I/O error. */
  private Step ask(Supplier<Step> question) throws IOException {
    try {
      return question.get();
    } catch (RuntimeException e) {
      Weft.suppressed("outbound", e);
      abandon();
      throw new IOException("the mesh could not decide about this request", e);
    }
  }

  private void abandon() {
    discard();
    if (isFirst(State.CANCELLED)) {
      call.cancelled();
    }
  }

  private synchronized boolean isFirst(State end) {
    boolean first = state == State.OPEN;
    if (first) {
      state = end;
    }
    return first;
  }

  private synchronized Attempt begin() {
    Attempt attempt = new Attempt();
    current = attempt;
    return attempt;
  }

  private synchronized @Nullable Attempt attempt() {
    return current;
  }

  private void discard() {
    stopTimer();
    R unwanted = response;
    response = null;
    if (unwanted != null) {
      library.discard(unwanted);
    }
  }

  private void stopTimer() {
    Mesh.Cancel running = timer;
    timer = null;
    if (running != null) {
      running.cancel();
    }
  }

  private void await(Step.Wait wait) throws IOException {
    CompletableFuture<Void> over = new CompletableFuture<>();
    if (wait.signal() != null) {
      wait.signal().whenComplete((value, error) -> over.complete(null));
    }
    cancelled.whenComplete((value, error) -> over.complete(null));
    Duration delay = wait.delay();
    Duration patience = wait.counts() ? library.patience() : null;
    boolean isPatient = patience == null || (delay != null && delay.compareTo(patience) <= 0);
    Duration longest = isPatient ? delay : patience;
    try {
      if (longest == null) {
        over.get();
      } else {
        over.get(longest.toNanos(), TimeUnit.NANOSECONDS);
      }
    } catch (TimeoutException e) {
      if (!isPatient) {
        abandon();
        throw new SocketTimeoutException("Read timed out"); // the JDK's own words
      }
      return; // the delay is over: that is what was waited for
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      abandon();
      throw new InterruptedIOException("interrupted while the mesh waited");
    } catch (ExecutionException | CancellationException e) {
      throw new IllegalStateException("never completes exceptionally", e);
    }
    stopIfCancelled();
  }

  private void stopIfCancelled() throws IOException {
    if (cancelled.isDone()) {
      discard();
      throw givenUp();
    }
  }

  /** What a call that was cancelled fails with: the broken try's own exception, if it has one. */
  private IOException givenUp() {
    if (failure != null) {
      throw BlockingTries.<RuntimeException>unchecked(failure);
    }
    return new IOException("cancelled");
  }

  // Rethrows the library's own exception, checked or not.
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> T unchecked(Throwable t) throws T {
    throw (T) t;
  }
}
