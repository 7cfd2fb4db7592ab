package dev.weft.control.xds;

import dev.weft.control.model.SpiffeId;
import dev.weft.control.xds.resource.Profile;
import dev.weft.control.xds.resource.ResourceType;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far one connected client is.
 *
 * @param node the id that it gave itself
 * @param version of the agent or library; empty if not said
 */
public record ClientStatus(
    Connection connection,
    String node,
    Profile profile,
    String namespace,
    String version,
    List<OfType> types) {

  /**
   * @param id counts the streams of this server
   * @param address the peer's, host and port
   * @param identity the peer's, proven; null: nobody knows
   */
  public record Connection(long id, String address, @Nullable SpiffeId identity, Instant since) {}

  /** Whether a client has what it should have. */
  public enum Sync {
    /** It has acknowledged everything. */
    SYNCED,
    /** Something is unsent or unanswered. */
    STALE,
    /** It refused the last response of some type and goes on with what it had. */
    NACK
  }

  /**
   * @param subscribed how many names it wants, bundles included
   * @param pending how many of them have news that was not sent yet
   * @param acknowledged the version of the last response that it took; null if none
   */
  public record OfType(
      ResourceType type,
      int subscribed,
      int pending,
      Sync sync,
      @Nullable String acknowledged,
      @Nullable Instant acknowledgedAt,
      @Nullable Rejection rejection) {

    static OfType of(Subscription it) {
      Sync sync = it.hasUnsent() || it.unanswered != null ? Sync.STALE : Sync.SYNCED;
      return new OfType(
          it.type,
          it.asked.size() + (int) it.implied.stream().filter(n -> !it.asked.contains(n)).count(),
          it.dirty.size(),
          it.rejection != null ? Sync.NACK : sync,
          it.acknowledged == null ? null : it.acknowledged.version(),
          it.acknowledged == null ? null : it.acknowledged.at(),
          it.rejection);
    }
  }

  static ClientStatus of(
      Connection connection, Client client, Collection<Subscription> subscriptions) {
    return new ClientStatus(
        connection,
        client.node(),
        client.profile(),
        client.caller().namespace().value(),
        client.version(),
        subscriptions.stream().map(OfType::of).toList());
  }

  /** The worst of its types. */
  public Sync sync() {
    return types.stream().map(OfType::sync).max(Comparator.naturalOrder()).orElse(Sync.SYNCED);
  }
}
