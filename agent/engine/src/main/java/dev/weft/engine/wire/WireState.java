package dev.weft.engine.wire;

import dev.weft.engine.config.IdentityTable;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who is where, and what is spoken there: read once for each decision.
 *
 * @param served null: not known
 * @param transports where rules say what is spoken
 */
record WireState(
    @Nullable IdentityTable table,
    @Nullable Map<InetSocketAddress, Served> served,
    Transports transports) {

  static final WireState NOTHING = new WireState(null, null, Transports.NONE);

  @Nullable Served at(InetSocketAddress remote) {
    return served == null ? null : served.get(remote);
  }

  /**
   * With another table.
   *
   * @param nextTable null: what was known stays
   */
  WireState with(@Nullable IdentityTable nextTable) {
    return nextTable == null || isSame(nextTable, table)
        ? this
        : new WireState(nextTable, served(nextTable), transports);
  }

  WireState with(Transports next) {
    return new WireState(table, served, next);
  }

  @SuppressWarnings("ReferenceEquality") // what did not change is the same object
  private static boolean isSame(IdentityTable one, @Nullable IdentityTable other) {
    return one == other;
  }

  private Map<InetSocketAddress, Served> served(IdentityTable next) {
    Map<InetSocketAddress, Served> all = new HashMap<>();
    next.each(
        (address, identity) -> {
          Served known = at(address);
          boolean stays = known != null && known.identity().equals(identity);
          all.put(address, stays ? known : new Served(identity));
        });
    return all;
  }
}
