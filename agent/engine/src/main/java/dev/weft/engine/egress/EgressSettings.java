package dev.weft.engine.egress;

import dev.weft.engine.config.Places;
import java.net.InetSocketAddress;
import java.util.function.Predicate;

/**
 * What an operator says of connections to what the registry does not know.
 *
 * @param enforced whether they are refused where the policy is {@code REGISTRY_ONLY}; else they are
 *     only reported
 * @param allowed where they may go all the same
 * @param own whether an address is this machine's or its name server's; asked only about
 *     connections that would be refused
 */
public record EgressSettings(boolean enforced, Places allowed, Predicate<InetSocketAddress> own) {

  /** Enforced, and nothing besides is allowed. */
  public static final EgressSettings STRICT =
      new EgressSettings(true, Places.NONE, address -> false);
}
