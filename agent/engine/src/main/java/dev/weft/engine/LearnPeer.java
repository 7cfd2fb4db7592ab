package dev.weft.engine;

import dev.weft.bridge.Outcome;
import dev.weft.bridge.Step;
import dev.weft.engine.config.Cluster.Workload;
import dev.weft.engine.telemetry.Peers;
import org.jspecify.annotations.Nullable;

/** Who answered, as it says itself: it knows more than its endpoint's description. */
final class LearnPeer implements Stage.Judge {

  private final Peers peers;

  LearnPeer(Peers peers) {
    this.peers = peers;
  }

  @Override
  public @Nullable Step judge(OutboundExchange call, Outcome outcome) {
    if (call.isInMesh && outcome instanceof Outcome.Head head) {
      Workload peer = peers.of(head.headers());
      if (peer != null) {
        call.learn(peer);
      }
    }
    return null;
  }
}
