package dev.weft.bridge;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** A call that answers from a list of steps, and writes down what it is told. */
final class RecordedCall implements OutboundCall {

  private final List<Function<RecordedCall, Step>> steps;
  private final AtomicBoolean asking = new AtomicBoolean();
  private int next;

  final List<Outcome> outcomes = new CopyOnWriteArrayList<>();
  final List<String> events = new CopyOnWriteArrayList<>();
  final List<Completion> completions = new CopyOnWriteArrayList<>();

  @SafeVarargs
  @SuppressWarnings("varargs") // copied at once
  RecordedCall(Function<RecordedCall, Step>... steps) {
    this.steps = List.of(steps);
  }

  static Function<RecordedCall, Step> always(Step step) {
    return call -> step;
  }

  private Step answer(String question) {
    if (!asking.compareAndSet(false, true)) {
      events.add("asked twice at the same time");
    }
    events.add(question);
    try {
      Step step = steps.get(Math.min(next++, steps.size() - 1)).apply(this);
      events.add("-> " + step.getClass().getSimpleName());
      return step;
    } finally {
      asking.set(false);
    }
  }

  @Override
  public Step start() {
    return answer("start");
  }

  @Override
  public Step resume() {
    return answer("resume");
  }

  @Override
  public Step ended(Outcome outcome) {
    outcomes.add(outcome);
    return answer("ended");
  }

  @Override
  public void body(byte[] copy) {
    events.add("body");
  }

  @Override
  public void finished(Completion completion) {
    events.add("finished");
    completions.add(completion);
  }

  @Override
  public void cancelled() {
    events.add("cancelled");
  }

  long count(String event) {
    return events.stream().filter(event::equals).count();
  }
}
