package dev.weft.runtime;

import dev.weft.bridge.Completion;
import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Headers;
import dev.weft.bridge.InboundCall;
import dev.weft.bridge.Mesh;
import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.Outcome;
import dev.weft.bridge.Peer;
import dev.weft.bridge.RequestHead;
import dev.weft.bridge.Step;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides when there is no engine, as the fail mode says: lets everything pass, or refuses all
 * requests.
 */
final class WithoutEngine implements Mesh {

  private static final Step.Answer REFUSAL =
      new Step.Answer(
          503,
          HeaderEdits.setting(List.of(Map.entry("content-type", "text/plain"))),
          "mesh: the agent could not start".getBytes(StandardCharsets.UTF_8));

  private final Setting.FailMode failMode;

  WithoutEngine(Setting.FailMode failMode) {
    this.failMode = failMode;
  }

  private boolean refuses() {
    return failMode == Setting.FailMode.CLOSED;
  }

  @Override
  public boolean owns(String scheme, String authority) {
    return refuses();
  }

  @Override
  public @Nullable OutboundCall outbound(RequestHead head) {
    return owns(head.scheme(), head.authority()) ? new Refused() : null;
  }

  @Override
  public InboundCall inbound(Peer peer, RequestHead head) {
    return new Admitted(
        refuses()
            ? new InboundCall.Verdict.Refuse(REFUSAL)
            : new InboundCall.Verdict.Pass(HeaderEdits.NONE));
  }

  /** Nobody has anything to wait for: no call that is made here asks for a delay. */
  @Override
  public Cancel after(Duration delay, Runnable task) {
    return () -> {};
  }

  @Override
  public void listening(InetSocketAddress local, String library) {}

  @Override
  public void closed(InetSocketAddress local) {}

  private static final class Refused implements OutboundCall {
    @Override
    public Step start() {
      return REFUSAL;
    }

    @Override
    public Step resume() {
      return REFUSAL;
    }

    @Override
    public Step ended(Outcome outcome) {
      return REFUSAL;
    }

    @Override
    public void body(byte[] copy) {}

    @Override
    public void finished(Completion completion) {}

    @Override
    public void cancelled() {}
  }

  private record Admitted(Verdict verdict) implements InboundCall {
    @Override
    public HeaderEdits responding(int status, Headers headers) {
      return HeaderEdits.NONE;
    }

    @Override
    public void finished(int status, Completion completion) {}
  }
}
