package dev.weft.engine.balance;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/** Endpoints with their weights, ready for a draw and for taking turns. */
final class Weights {

  private final Upstream[] upstreams;
  private final int[] weights;
  private final long total;
  private final int largest;
  private final boolean equal;

  Weights(Upstream[] upstreams) {
    this(upstreams, own(upstreams));
  }

  Weights(Upstream[] upstreams, int[] weights) {
    this.upstreams = upstreams;
    this.weights = weights;
    long sum = 0;
    int max = 0;
    boolean same = true;
    for (int weight : weights) {
      sum += weight;
      max = Math.max(max, weight);
      same &= weight == weights[0];
    }
    this.total = sum;
    this.largest = max;
    this.equal = same;
  }

  private static int[] own(Upstream[] upstreams) {
    int[] weights = new int[upstreams.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = upstreams[i].endpoint().weight();
    }
    return weights;
  }

  /** Drawn with the chance that the weight gives. */
  Upstream random(RandomGenerator random) {
    return upstreams[draw(random)];
  }

  private int draw(RandomGenerator random) {
    if (equal) {
      return random.nextInt(upstreams.length);
    }
    long left = random.nextLong(total);
    int i = 0;
    while (left >= weights[i]) {
      left -= weights[i];
      i++;
    }
    return i;
  }

  /**
   * Envoy's power of two choices. With unequal weights the two candidates are drawn by weight and
   * compared by active requests per weight, so that an idle cluster is shared by weight (Envoy
   * keeps a schedule for this; the shares are the same, without state).
   */
  Upstream leastRequest(RandomGenerator random) {
    int first = draw(random);
    int second = draw(random);
    long one = (long) upstreams[first].active() * weights[second];
    long other = (long) upstreams[second].active() * weights[first];
    return upstreams[other < one ? second : first];
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
      long weight = weights[index];
      long offset = (long) largest / 2 * index;
      if ((weight * round + offset) % largest >= largest - weight) {
        return upstreams[index];
      }
    }
  }
}
