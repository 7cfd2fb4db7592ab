package dev.weft.instrumentation.testing.probe;

import dev.weft.instrumentation.testing.ClientProbe.Pending;
import dev.weft.instrumentation.testing.ClientProbe.Reply;
import java.util.concurrent.CompletableFuture;

/** A call under way, whose cancellation is the library's. */
record PendingReply(
    CompletableFuture<Reply> reply, CompletableFuture<Void> head, Runnable cancellation)
    implements Pending {
  @Override
  public void cancel() {
    cancellation.run();
  }
}
