package dev.weft.instrumentation.testing;

import dev.weft.bridge.Completion;
import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Headers;
import dev.weft.bridge.InboundCall;
import dev.weft.bridge.Peer;
import dev.weft.bridge.RequestHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An inbound call with a given verdict, which remembers what it was told. */
public final class ScriptedInbound implements InboundCall {

  /** How the exchange ended, as the adapter said. */
  public record End(int status, Completion completion) {}

  private final Peer peer;
  private final RequestHead head;
  private final Supplier<Verdict> verdict;
  private final HeaderEdits responding;

  private final AtomicInteger finished = new AtomicInteger();
  private final CompletableFuture<End> end = new CompletableFuture<>();
  private final AtomicInteger committed = new AtomicInteger();
  private volatile @Nullable Headers response;

  ScriptedInbound(Peer peer, RequestHead seen, Supplier<Verdict> verdict, HeaderEdits responding) {
    List<Map.Entry<String, String>> copy = new ArrayList<>();
    seen.headers().each((name, value) -> copy.add(Map.entry(name, value)));
    this.peer = peer;
    this.head =
        new RequestHead(
            seen.library(),
            seen.method(),
            seen.scheme(),
            seen.authority(),
            seen.target(),
            Headers.of(copy));
    this.verdict = verdict;
    this.responding = responding;
  }

  public Peer peer() {
    return peer;
  }

  public RequestHead head() {
    return head;
  }

  /** How the exchange ended. */
  public CompletableFuture<End> end() {
    return end;
  }

  /** How often the end was told. */
  public int ends() {
    return finished.get();
  }

  /** How often a response head was committed. */
  public int commits() {
    return committed.get();
  }

  /** The response's headers at the commit. */
  public @Nullable Headers response() {
    return response;
  }

  @Override
  public Verdict verdict() {
    return verdict.get();
  }

  @Override
  public HeaderEdits responding(int status, Headers headers) {
    committed.incrementAndGet();
    List<Map.Entry<String, String>> copy = new ArrayList<>();
    headers.each((name, value) -> copy.add(Map.entry(name, value)));
    response = Headers.of(copy);
    return responding;
  }

  @Override
  public void finished(int status, Completion completion) {
    finished.incrementAndGet();
    end.complete(new End(status, completion));
  }

  @Override
  public String toString() {
    return head.method() + " " + head.target();
  }
}
