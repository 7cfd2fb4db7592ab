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

  /** Whether this is known already: a table that did not change is the same object. */
  @SuppressWarnings("ReferenceEquality")
  boolean has(IdentityTable other) {
    return table == other;
  }

  WireState with(IdentityTable next) {
    return new WireState(next, served(next), transports);
  }

  WireState with(Transports next) {
    return new WireState(table, served, next);
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
