package dev.weft.engine.balance;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/** Endpoints with their weights, ready for a draw and for taking turns. */
final class Weights {

  private final Upstream[] upstreams;
  private final long total;
  private final int largest;
  private final boolean equal;

  Weights(Upstream[] upstreams) {
    this.upstreams = upstreams;
    long sum = 0;
    int max = 0;
    boolean same = true;
    for (Upstream upstream : upstreams) {
      int weight = upstream.endpoint().weight();
      sum += weight;
      max = Math.max(max, weight);
      same &= weight == upstreams[0].endpoint().weight();
    }
    this.total = sum;
    this.largest = max;
    this.equal = same;
  }

  /** Drawn with the chance that the weight gives. */
  Upstream random(RandomGenerator random) {
    if (equal) {
      return upstreams[random.nextInt(upstreams.length)];
    }
    long left = random.nextLong(total);
    int i = 0;
    while (left >= upstreams[i].endpoint().weight()) {
      left -= upstreams[i].endpoint().weight();
      i++;
    }
    return upstreams[i];
  }

  /**
   * The next in turn. Unequal weights by the static stride scheduler of gRPC (gRFC A58): in each
   * round an endpoint is passed over in proportion to what its weight lacks of the largest, which
   * needs no state but the turn.
   */
  Upstream inTurn(AtomicInteger turn) {
    while (true) {
      long sequence = turn.getAndIncrement() & 0xffff_ffffL;
      int index = (int) (sequence % upstreams.length);
      if (equal) {
        return upstreams[index];
      }
      long round = sequence / upstreams.length;
      long weight = upstreams[index].endpoint().weight();
      long offset = (long) largest / 2 * index;
      if ((weight * round + offset) % largest >= largest - weight) {
        return upstreams[index];
      }
    }
  }
}
