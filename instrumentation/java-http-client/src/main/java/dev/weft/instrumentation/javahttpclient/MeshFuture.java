package dev.weft.instrumentation.javahttpclient;

import java.util.concurrent.CompletableFuture;

/**
 * The response to come, as the client's own future has it: cancelling it, or a stage that depends
 * on it, cancels the exchange when interrupting is allowed; its result cannot be obtruded.
 */
final class MeshFuture<T> extends CompletableFuture<T> {

  private final ClientCall<?> call;

  MeshFuture(ClientCall<?> call) {
    this.call = call;
  }

  @Override
  public <U> MeshFuture<U> newIncompleteFuture() {
    return new MeshFuture<>(call);
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean stopped = mayInterruptIfRunning && !isDone() && call.cancel();
    return super.cancel(mayInterruptIfRunning) || stopped;
  }

  @Override
  public void obtrudeValue(T value) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void obtrudeException(Throwable failure) {
    throw new UnsupportedOperationException();
  }
}
