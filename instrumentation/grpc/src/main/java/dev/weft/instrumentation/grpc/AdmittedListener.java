package dev.weft.instrumentation.grpc;

import dev.weft.bridge.Context;
import dev.weft.bridge.InboundCall;
import io.grpc.ServerCall;

/** The application's listener, called in the context of its call; sees the end of it. */
final class AdmittedListener<Q> extends ServerCall.Listener<Q> {

  private final ServerCall.Listener<Q> application;
  private final AdmittedCall<Q, ?> call;

  AdmittedListener(ServerCall.Listener<Q> application, AdmittedCall<Q, ?> call) {
    this.application = application;
    this.call = call;
  }

  @Override
  public void onMessage(Q message) {
    within(() -> application.onMessage(message));
  }

  @Override
  public void onHalfClose() {
    within(application::onHalfClose);
  }

  @Override
  public void onReady() {
    within(application::onReady);
  }

  @Override
  public void onCancel() {
    call.finished(true);
    within(application::onCancel);
  }

  @Override
  public void onComplete() {
    call.finished(false);
    within(application::onComplete);
  }

  private void within(Runnable event) {
    InboundCall before = Context.enter(call.inbound());
    try {
      event.run();
    } catch (Throwable t) {
      call.failed(t); // gRPC closes the call, and tells the end as a cancellation
      throw t;
    } finally {
      Context.exit(before);
    }
  }
}
