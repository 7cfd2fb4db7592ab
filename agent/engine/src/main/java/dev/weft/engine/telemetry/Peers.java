package dev.weft.engine.telemetry;

import dev.weft.bridge.Headers;
import dev.weft.engine.config.Cluster.Workload;
import dev.weft.engine.config.SpiffeId;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The peers that described themselves, decoded once: found by their short id, and taken only when
 * the description is the very same. Bounded, because ids come from outside.
 */
public final class Peers {

  private static final int MOST = 1024;

  private final ConcurrentHashMap<String, Known> known = new ConcurrentHashMap<>();
  private final Telemetry telemetry;

  public Peers(Telemetry telemetry) {
    this.telemetry = telemetry;
  }

  /**
   * What may be believed of a peer that describes itself: who has proved another namespace than it
   * claims stays unknown.
   *
   * @param principal what it has proved; null: nothing, and so it is told as it says
   */
  public static Workload credible(@Nullable Workload claimed, @Nullable SpiffeId principal) {
    boolean contradicted =
        claimed != null && principal != null && !claimed.namespace().equals(principal.namespace());
    return claimed == null || contradicted ? Workload.UNKNOWN : claimed;
  }

  /** Whom these headers describe, or null when they describe nobody. */
  public @Nullable Workload of(Headers headers) {
    String id = headers.first(PeerMetadata.ID_HEADER);
    if (id == null) {
      return null;
    }
    String metadata = headers.first(PeerMetadata.HEADER);
    Known peer = known.get(id);
    if (peer != null && (metadata == null || peer.metadata.equals(metadata))) {
      return peer.workload;
    }
    return metadata == null ? null : decode(id, metadata);
  }

  private @Nullable Workload decode(String id, String metadata) {
    Workload workload = PeerMetadata.decode(metadata);
    if (workload == null) {
      telemetry.happened(Telemetry.Event.BAD_PEER_METADATA);
      return null;
    }
    if (known.size() >= MOST) {
      known.clear();
    }
    known.put(id, new Known(metadata, workload));
    return workload;
  }

  private record Known(String metadata, Workload workload) {}
}
