package dev.weft.injector.webhook;

import dev.weft.injector.Injection;
import dev.weft.injector.Injector;
import dev.weft.injector.Notice;
import dev.weft.injector.PodException;
import dev.weft.injector.webhook.InjectorMetrics.Outcome;
import java.util.List;

/** {@code /inject}: pods become part of the mesh. What is not injected is told, and let in. */
final class PodInjection implements Answers {

  private final Injector injector;
  private final PodEvents events;
  private final InjectorMetrics metrics;

  PodInjection(Injector injector, PodEvents events, InjectorMetrics metrics) {
    this.injector = injector;
    this.events = events;
    this.metrics = metrics;
  }

  @Override
  public Answer to(Review review) throws ReviewException {
    Injection injection;
    try {
      injection = injector.inject(review.object(), new Injector.Origin(review.namespace(), ""));
    } catch (PodException e) {
      throw new ReviewException("the pod's " + e.getMessage());
    }
    List<Notice> told =
        injection.notices().stream()
            .filter(notice -> notice.reason().level() != Notice.Level.INFO)
            .toList();
    if (review.trial() == Review.Trial.REAL) {
      injection.notices().forEach(metrics::noticed);
      events.tell(review, told);
    }
    String body =
        review.allow(injection.patch(), told.stream().map(notice -> "weft: " + notice).toList());
    return new Answer(outcome(injection), body);
  }

  private static Outcome outcome(Injection injection) {
    if (!injection.skipped().isEmpty()) {
      return Outcome.SKIPPED;
    }
    return injection.isInjected() ? Outcome.INJECTED : Outcome.NOT_INJECTED;
  }
}
