package dev.weft.engine.config;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** At which addresses mesh TLS is spoken, and who must prove to be there. Never changes. */
public final class IdentityTable {

  /** Nobody has an identity. */
  public static final IdentityTable EMPTY = new IdentityTable(Map.of(), Set.of());

  private final Map<InetSocketAddress, SpiffeId> byAddress;
  private final Set<InetSocketAddress> contested;

  private IdentityTable(
      Map<InetSocketAddress, SpiffeId> byAddress, Set<InetSocketAddress> contested) {
    this.byAddress = byAddress;
    this.contested = contested;
  }

  /** Turns around who serves where. */
  public static IdentityTable of(Map<SpiffeId, List<InetSocketAddress>> addresses) {
    Map<InetSocketAddress, SpiffeId> byAddress = new HashMap<>();
    Set<InetSocketAddress> contested = new HashSet<>();
    addresses.forEach(
        (id, all) -> {
          for (InetSocketAddress address : all) {
            SpiffeId other = byAddress.putIfAbsent(address, id);
            if (other != null && !other.equals(id)) {
              contested.add(address);
            }
          }
        });
    return new IdentityTable(byAddress, contested);
  }

  /** Who must be at this address; null: nobody of the mesh is. */
  public @Nullable SpiffeId of(InetSocketAddress address) {
    return byAddress.get(address);
  }

  /**
   * Whether several identities are said to be at this address: whoever answers there, one of them
   * would be believed although it is the other's.
   */
  public boolean isContested(InetSocketAddress address) {
    return !contested.isEmpty() && contested.contains(address);
  }

  /** Every address, and who is there. */
  public void each(BiConsumer<InetSocketAddress, SpiffeId> consumer) {
    byAddress.forEach(consumer);
  }

  /** How many addresses are known. */
  public int size() {
    return byAddress.size();
  }
}
