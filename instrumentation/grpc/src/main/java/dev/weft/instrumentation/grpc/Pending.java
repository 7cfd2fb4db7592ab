package dev.weft.instrumentation.grpc;

import dev.weft.bridge.Completion;
import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Headers;
import dev.weft.bridge.InboundCall;

/** A call whose verdict was asked for already, and is not asked for again. */
record Pending(InboundCall call, Verdict verdict) implements InboundCall {

  @Override
  public HeaderEdits responding(int status, Headers headers) {
    return call.responding(status, headers);
  }

  @Override
  public void finished(int status, Completion completion) {
    call.finished(status, completion);
  }
}
