package dev.weft.engine;

import java.util.List;

/** The way of an outbound request through the engine, in order: this file is all of it. */
final class Chain {

  /** Until the request is sent. A wait resumes where it was asked for. */
  final List<Stage> sending;

  /** After each try. A retry goes back to picking an endpoint. */
  final List<Stage.Judge> judging;

  /** Where a retry begins again, in {@link #sending}. */
  final int retryFrom;

  Chain(Engine engine) {
    Stage pickEndpoint = new PickEndpoint(engine);
    sending =
        List.of(
            new RefuseUnknown(engine), // first: of what the registry lacks there is nothing to know
            new AwaitConfiguration(engine), // nothing else can be decided without it
            new RefusePath(), // before routing: such a path has no one reading
            new MatchRoute(engine.random), // once per call: retries stay with rule and cluster
            new InjectFault(engine.random), // before all that could answer, as Envoy's filters are
            new AnswerPreflight(engine.random), // behind faults: they hit preflights, too
            new ActOnRule(engine.clock), // only now does the call's time begin to run
            pickEndpoint, // after every wait, so that each try sees the load of its moment
            new SendTry(engine)); // last: only now is it known what the try must say
    judging =
        List.of(
            new LearnPeer(engine.peers), // first: metrics name the peer whatever follows
            new ObserveOutcome(), // each try counts, retried or not
            new RetryTry(engine), // before any answer: the application sees only the last try
            new AnswerFailure(), // what no retry mends looks as it would behind a sidecar
            new DeliverResponse(engine.clock)); // last: the try's own response, or its own failure
    retryFrom = sending.indexOf(pickEndpoint);
  }
}
