package dev.weft.instrumentation.grpc;

import dev.weft.bridge.Context;
import dev.weft.bridge.InboundCall;
import dev.weft.bridge.InboundCall.Verdict;
import dev.weft.bridge.Weft;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;

/**
 * A call that has arrived, and what its verdict makes of it.
 *
 * @param headers the application's to see, once they are edited
 * @param next the application
 */
record Arrived<Q, R>(
    ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next, InboundCall inbound) {

  /** Hands the call to the application, or answers it. */
  ServerCall.Listener<Q> decided(Verdict verdict) {
    AdmittedCall<Q, R> admitted = new AdmittedCall<>(call, inbound);
    if (verdict instanceof Verdict.Refuse refuse) {
      admitted.close(Statuses.of(refuse.answer()), Statuses.trailers(refuse.answer()));
      return new AdmittedListener<>(new Silent<>(), admitted);
    }
    if (!(verdict instanceof Verdict.Pass pass) || !edited(pass)) {
      admitted.close(Status.UNAVAILABLE.withDescription("mesh: no verdict"), new Metadata());
      return new AdmittedListener<>(new Silent<>(), admitted);
    }
    InboundCall before = Context.enter(inbound);
    try {
      return new AdmittedListener<>(next.startCall(admitted, headers), admitted);
    } catch (Throwable t) {
      admitted.failed(t);
      admitted.finished(true); // gRPC drops the listener, and with it the end of the call
      throw t;
    } finally {
      Context.exit(before);
    }
  }

  private boolean edited(Verdict.Pass pass) {
    try {
      pass.edits().apply(new MetadataHeaders(headers));
      return true;
    } catch (RuntimeException e) {
      Weft.suppressed("grpc", e);
      return false;
    }
  }
}
