package dev.weft.engine.balance;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What is known of one address of a cluster. It outlives every new configuration that still has the
 * address.
 */
final class Member {

  private final AtomicInteger active = new AtomicInteger();

  AtomicInteger active() {
    return active;
  }
}
