package dev.weft.engine;

import java.util.UUID;
import java.util.random.RandomGenerator;

/** Values of {@code x-request-id}, for requests that come without one. */
final class RequestIds {

  private RequestIds() {}

  /** A random UUID (version 4), as Envoy gives them. */
  static String next(RandomGenerator random) {
    long high = (random.nextLong() & ~0xf000L) | 0x4000L;
    long low = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low).toString();
  }
}
