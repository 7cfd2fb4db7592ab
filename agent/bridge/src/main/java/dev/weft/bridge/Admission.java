package dev.weft.bridge;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The server adapters' way to a verdict. The one place where a failure of ours becomes a refusal:
 * nothing that goes wrong here lets a request through.
 */
public final class Admission {

  /** The longest an adapter waits for a {@link InboundCall.Verdict.Later}. */
  public static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final InboundCall FAULTY = new Faulty();

  private Admission() {}

  /**
   * The call for a request that arrived; never throws. When the engine fails, a call whose verdict
   * is a refusal.
   */
  public static InboundCall arrived(Mesh mesh, Peer peer, RequestHead head) {
    try {
      return mesh.inbound(peer, head);
    } catch (Throwable t) {
      Weft.suppressed("inbound", t);
      return FAULTY;
    }
  }

  /** The verdict at once, maybe {@link InboundCall.Verdict.Later}; never throws. */
  public static InboundCall.Verdict verdict(InboundCall call) {
    try {
      return call.verdict();
    } catch (Throwable t) {
      return failed(t);
    }
  }

  /**
   * The verdict, waited for by the calling thread up to {@link #PATIENCE}: for servers whose
   * threads may block. Never throws and never returns {@link InboundCall.Verdict.Later}.
   */
  public static InboundCall.Verdict await(InboundCall call) {
    InboundCall.Verdict verdict = verdict(call);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (verdict instanceof InboundCall.Verdict.Later later) {
      try {
        verdict = get(later, deadline - System.nanoTime());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return failed(e);
      } catch (ExecutionException | TimeoutException | RuntimeException e) {
        return failed(e);
      }
    }
    return verdict;
  }

  private static InboundCall.Verdict get(InboundCall.Verdict.Later later, long nanos)
      throws InterruptedException, ExecutionException, TimeoutException {
    return later.verdict().toCompletableFuture().get(nanos, TimeUnit.NANOSECONDS);
  }

  /**
   * The verdict without blocking: a stage that completes, within {@link #PATIENCE} and never
   * exceptionally, with a Pass or a Refuse.
   */
  public static CompletionStage<InboundCall.Verdict> later(Mesh mesh, InboundCall call) {
    CompletableFuture<InboundCall.Verdict> result = new CompletableFuture<>();
    Mesh.Cancel timer =
        mesh.after(
            PATIENCE, () -> result.complete(failed(new TimeoutException("no verdict in time"))));
    follow(verdict(call), result);
    return result.whenComplete((verdict, failure) -> timer.cancel());
  }

  private static void follow(
      InboundCall.Verdict verdict, CompletableFuture<InboundCall.Verdict> result) {
    if (verdict instanceof InboundCall.Verdict.Later later) {
      later
          .verdict()
          .whenComplete(
              (next, failure) -> {
                if (failure != null) {
                  result.complete(failed(failure));
                } else {
                  follow(next, result);
                }
              });
    } else {
      result.complete(verdict);
    }
  }

  private static InboundCall.Verdict failed(Throwable t) {
    Weft.suppressed("verdict", t);
    return refusal();
  }

  private static InboundCall.Verdict refusal() {
    return new InboundCall.Verdict.Refuse(
        new Step.Answer(
            503,
            HeaderEdits.setting(List.of(Map.entry("content-type", "text/plain"))),
            "mesh: no verdict could be reached".getBytes(StandardCharsets.UTF_8)));
  }

  /** Stands in for a call that the engine failed to make. */
  private static final class Faulty implements InboundCall {
    @Override
    public Verdict verdict() {
      return refusal();
    }

    @Override
    public HeaderEdits responding(int status, @Nullable Headers headers) {
      return HeaderEdits.NONE;
    }

    @Override
    public void finished(int status, Completion completion) {
      // Counted when it failed; there is no exchange to report.
    }
  }
}
