package dev.weft.bridge;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The loop over {@link Step} for libraries that block: one call of the application, on its thread.
 *
 * @param <R> the library's own response
 */
public final class BlockingTries<R> {

  /** What a blocking adapter supplies. */
  public interface Library<R> {

    /** Sends one try and returns at its response head. */
    R send(Step.Send send) throws IOException;

    Outcome.Head head(R response);

    Outcome.Failed failed(Throwable failure);

    /** A response that nobody will see: drain what is small, or close. */
    void discard(R response);

    /** The library's own response for a local reply. */
    R local(Step.Answer answer);

    /** Edits the response and arranges for {@link Ending#finished} at the end of its body. */
    R deliver(R response, HeaderEdits edits, Ending ending);

    /** Breaks the try in flight, before or after its head. Called by any thread. */
    void abort();
  }

  private final Mesh mesh;
  private final OutboundCall call;
  private final Library<R> library;
  private final CompletableFuture<Void> cancelled = new CompletableFuture<>();

  private @Nullable Step next;
  private @Nullable R response;
  private @Nullable Throwable failure;
  private Mesh.@Nullable Cancel timer;

  public BlockingTries(Mesh mesh, OutboundCall call, Library<R> library) {
    this.mesh = mesh;
    this.call = call;
    this.library = library;
  }

  /**
   * Goes as far as the first try, waiting where the engine says so, and returns it without sending
   * it: for libraries whose request body streams. {@link #run} then goes on with that very try.
   * Null: there is none, {@link #run} will answer at once.
   */
  public Step.@Nullable Send first() throws IOException {
    Step step = next == null ? call.start() : next;
    next = step;
    while (step instanceof Step.Wait wait) {
      await(wait);
      step = call.resume();
      next = step;
    }
    return step instanceof Step.Send send ? send : null;
  }

  /** Runs the call to its end: the library's response, or its exception. Called once. */
  public R run() throws IOException {
    try {
      Step step = next == null ? call.start() : next;
      while (true) {
        if (step instanceof Step.Send send) {
          step = attempt(send);
        } else if (step instanceof Step.Wait wait) {
          discard();
          await(wait);
          step = call.resume();
        } else if (step instanceof Step.Answer answer) {
          discard();
          return library.local(answer);
        } else if (step instanceof Step.Deliver deliver) {
          return deliver(deliver);
        }
      }
    } catch (Error e) {
      call.cancelled(); // the call must end, whatever becomes of the thread
      throw e;
    }
  }

  /** The application gives up. Called by any thread; breaks waits and the try in flight. */
  public void cancel() {
    cancelled.complete(null);
    call.cancelled();
    library.abort();
  }

  private Step attempt(Step.Send send) throws IOException {
    discard();
    failure = null;
    stopIfCancelled();
    AtomicBoolean late = new AtomicBoolean();
    timer =
        send.timeout() == null
            ? null
            : mesh.after(
                send.timeout(),
                () -> {
                  late.set(true);
                  library.abort();
                });
    Step step;
    try {
      R head = library.send(send);
      response = head;
      step = call.ended(library.head(head));
    } catch (IOException | RuntimeException e) {
      failure = e;
      step = call.ended(outcome(e, late.get()));
    }
    if (!(step instanceof Step.Deliver) || failure != null) {
      stopTimer();
    }
    return step;
  }

  private Outcome.Failed outcome(Exception e, boolean late) {
    Outcome.Failed failed = library.failed(e);
    if (cancelled.isDone()) {
      return new Outcome.Failed(Outcome.Kind.CANCELLED, e, false);
    }
    return late ? new Outcome.Failed(Outcome.Kind.TIMEOUT, e, failed.replayable()) : failed;
  }

  private R deliver(Step.Deliver deliver) {
    if (failure != null) {
      throw BlockingTries.<RuntimeException>unchecked(failure);
    }
    R delivered = response;
    if (delivered == null) {
      throw new IllegalStateException("Deliver without a response: it may only follow ended()");
    }
    return library.deliver(delivered, deliver.edits(), new Ending(call, timer));
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
    try {
      if (wait.delay() == null) {
        over.get();
      } else {
        over.get(wait.delay().toNanos(), TimeUnit.NANOSECONDS);
      }
    } catch (TimeoutException e) {
      return; // the delay is over: that is what was waited for
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      call.cancelled();
      throw new InterruptedIOException("interrupted while the mesh waited");
    } catch (ExecutionException | CancellationException e) {
      throw new IllegalStateException("never completes exceptionally", e);
    }
    stopIfCancelled();
  }

  private void stopIfCancelled() throws IOException {
    if (cancelled.isDone()) {
      throw new IOException("cancelled");
    }
  }

  // Rethrows the library's own exception, checked or not.
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> T unchecked(Throwable t) throws T {
    throw (T) t;
  }
}
