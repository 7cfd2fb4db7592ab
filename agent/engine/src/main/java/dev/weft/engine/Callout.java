package dev.weft.engine;

import dev.weft.engine.balance.Balancer;
import dev.weft.engine.balance.Upstream;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A question of ours to a service of the mesh: one endpoint is picked, and learned of.
 *
 * @param none the answer where nobody can be asked
 * @param failed whether an answer is none
 */
record Callout<A>(A none, Predicate<A> failed) {

  private static final int OK = 200;
  private static final int UNAVAILABLE = 503;

  /**
   * @param balancer null: the service's cluster does not exist
   * @param question by address, and by what the service is called
   */
  CompletionStage<A> over(
      @Nullable Balancer balancer,
      RandomGenerator random,
      BiFunction<InetSocketAddress, String, CompletionStage<A>> question) {
    Upstream upstream = balancer == null ? null : balancer.pick(random);
    if (balancer == null || upstream == null || !upstream.begin()) {
      return CompletableFuture.completedFuture(none);
    }
    return question
        .apply(upstream.endpoint().address(), balancer.cluster().destination().host())
        .thenApply(
            answer -> {
              upstream.end();
              // As Envoy's router sees the call: what the service says counts, not what of.
              upstream.responded(failed.test(answer) ? UNAVAILABLE : OK);
              return answer;
            });
  }
}
