package dev.weft.instrumentation.testing;

import dev.weft.bridge.Completion;
import dev.weft.bridge.Headers;
import dev.weft.bridge.InboundCall;
import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.Outcome;
import dev.weft.bridge.RequestHead;
import dev.weft.bridge.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A call that follows its script, and remembers everything that it was told. */
public final class ScriptedCall implements OutboundCall {

  private final RequestHead head;
  private final @Nullable InboundCall context;
  private final Script script;

  private final List<Outcome> outcomes = new CopyOnWriteArrayList<>();
  private final List<String> ends = new CopyOnWriteArrayList<>();
  private final List<String> mistakes = new CopyOnWriteArrayList<>();
  private final AtomicBoolean asking = new AtomicBoolean();
  private final CompletableFuture<Completion> completion = new CompletableFuture<>();
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private volatile byte @Nullable [] body;
  private volatile boolean delivered;

  ScriptedCall(RequestHead seen, Script script, @Nullable InboundCall context) {
    this.head =
        new RequestHead(
            seen.library(),
            seen.method(),
            seen.scheme(),
            seen.authority(),
            seen.target(),
            copy(seen.headers()));
    this.script = script;
    this.context = context;
  }

  /** What adapters give is a view: it changes with the library's own. */
  private static Headers copy(Headers view) {
    List<Map.Entry<String, String>> pairs = new ArrayList<>();
    view.each((name, value) -> pairs.add(Map.entry(name, value)));
    return Headers.of(pairs);
  }

  /** A copy of the request's head, as it was when the engine was asked. */
  public RequestHead head() {
    return head;
  }

  /** For whom the calling thread worked when the engine was asked. */
  public @Nullable InboundCall context() {
    return context;
  }

  public List<Outcome> outcomes() {
    return outcomes;
  }

  /** The request's body, when it was told. */
  public byte @Nullable [] body() {
    return body;
  }

  /** How the call ended; normally one entry. */
  public List<String> ends() {
    return ends;
  }

  /** What a loop must not do, and did. */
  public List<String> mistakes() {
    return mistakes;
  }

  /** How the delivered response's body ended. */
  public CompletableFuture<Completion> completion() {
    return completion;
  }

  /** Completes with the first end. */
  public CompletableFuture<Void> over() {
    return over;
  }

  private interface Question {
    Step ask();
  }

  private Step ask(Question question) {
    if (!asking.compareAndSet(false, true)) {
      mistakes.add("asked twice at the same time");
    }
    try {
      Step step = question.ask();
      if (step instanceof Step.Answer) {
        end("answered");
      }
      return step;
    } finally {
      asking.set(false);
    }
  }

  private void end(String how) {
    ends.add(how);
    over.complete(null);
  }

  @Override
  public Step start() {
    return ask(() -> script.start(this));
  }

  @Override
  public Step resume() {
    return ask(() -> script.resume(this));
  }

  @Override
  public Step ended(Outcome outcome) {
    if (delivered) {
      mistakes.add("told of an outcome after the delivery: " + outcome);
    }
    outcomes.add(
        outcome instanceof Outcome.Head head
            ? new Outcome.Head(head.status(), copy(head.headers()), head.replayable())
            : outcome);
    return ask(
        () -> {
          Step step = script.ended(this, outcome);
          if (step instanceof Step.Deliver) {
            delivered = true;
            if (outcome instanceof Outcome.Failed) {
              end("failed");
            }
          }
          return step;
        });
  }

  @Override
  public void body(byte[] copy) {
    if (body != null) {
      mistakes.add("told of the body twice");
    }
    body = copy;
  }

  @Override
  public void finished(Completion how) {
    if (!delivered) {
      mistakes.add("finished without a delivery");
    }
    if (!completion.complete(how)) {
      mistakes.add("finished twice");
    }
    end("finished");
  }

  @Override
  public void cancelled() {
    end("cancelled");
  }

  /**
   * Whether the call ended once. A cancellation may meet an answer or a failure on its way; nothing
   * may come beside the end of a delivered response.
   */
  public boolean isEndedOnce() {
    long finished = ends.stream().filter("finished"::equals).count();
    return finished == 1 ? ends.size() == 1 : finished == 0 && !ends.isEmpty() && ends.size() <= 2;
  }

  @Override
  public String toString() {
    return head.method()
        + " "
        + head.authority()
        + head.target()
        + " "
        + outcomes
        + " "
        + ends
        + (mistakes.isEmpty() ? "" : " MISTAKES " + mistakes);
  }
}
