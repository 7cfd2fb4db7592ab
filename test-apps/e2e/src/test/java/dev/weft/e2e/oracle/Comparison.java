package dev.weft.e2e.oracle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Sends the same requests both ways. One that comes out the same at once is the same; one that does
 * not is repeated, and what came out is compared as two distributions.
 */
final class Comparison {

  private static final int AT_ONCE = 2;

  /** Then so many more, and if those look different, so many. */
  private static final int FEW = 8;

  private static final int MANY = 40;
  private static final int DRAWS = 600;

  /** An agent drops copies that would have to wait for others. */
  private static final int COPIED_AT_ONCE = 10;

  /** What makes a few look different: deviations, less than which chance alone often makes. */
  private static final double SUSPICIOUS = 2;

  /**
   * How far the counts of one outcome may lie apart, in standard deviations of their difference:
   * beyond five chance leads once in 1.7 million comparisons.
   */
  private static final double DEVIATIONS = 5;

  /** How much longer one way may take at its quickest. */
  private static final long MILLIS_APART = 200;

  private final Backends backends;
  private final boolean mirrors;
  private long requests;

  /** A request that did not come out the same. */
  record Difference(Request request, String text) {

    @Override
    public String toString() {
      return request + text;
    }
  }

  /**
   * @param mirrors whether copies are made, which nobody waits for
   */
  Comparison(Backends backends, boolean mirrors) {
    this.backends = backends;
    this.mirrors = mirrors;
  }

  /** How many requests were sent each way. */
  long requests() {
    return requests;
  }

  List<Difference> compare(List<Request> all, Client envoy, Client agent) {
    List<Difference> differences = new ArrayList<>();
    List<Request> unclear = unclear(all, run(all, AT_ONCE, envoy, agent));
    Runs few = run(unclear, FEW, envoy, agent);
    for (int i = 0; i < unclear.size(); i++) {
      Request request = unclear.get(i);
      if (request.isDrawn() || !few.of(i).difference(SUSPICIOUS).isEmpty()) {
        int count = request.isDrawn() ? DRAWS : MANY;
        String difference = run(List.of(request), count, envoy, agent).of(0).difference(DEVIATIONS);
        if (!difference.isEmpty()) {
          differences.add(new Difference(request, difference));
        }
      }
    }
    return differences;
  }

  private static List<Request> unclear(List<Request> all, Runs runs) {
    List<Request> unclear = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).isDrawn() || !runs.of(i).areAllOne()) {
        unclear.add(all.get(i));
      }
    }
    return unclear;
  }

  private record Runs(int each, List<Outcome> envoy, List<Outcome> agent) {
    Samples of(int request) {
      int from = request * each;
      return new Samples(envoy.subList(from, from + each), agent.subList(from, from + each));
    }
  }

  private Runs run(List<Request> all, int each, Client envoy, Client agent) {
    List<Request> repeated = new ArrayList<>();
    all.forEach(request -> repeated.addAll(java.util.Collections.nCopies(each, request)));
    requests += repeated.size();
    List<Outcome> theirs = new ArrayList<>();
    List<Outcome> ours = new ArrayList<>();
    int batch = mirrors ? COPIED_AT_ONCE : repeated.size();
    for (int from = 0; from < repeated.size(); from += batch) {
      List<Request> some = repeated.subList(from, Math.min(repeated.size(), from + batch));
      CompletableFuture<List<Client.Sent>> there =
          CompletableFuture.supplyAsync(() -> envoy.ask(some));
      List<Client.Sent> here = agent.ask(some);
      there.join();
      if (mirrors) {
        backends.awaitQuiet();
      }
      theirs.addAll(outcomes(there.join()));
      ours.addAll(outcomes(here));
    }
    return new Runs(each, theirs, ours);
  }

  private List<Outcome> outcomes(List<Client.Sent> sent) {
    return sent.stream().map(it -> new Outcome(it.answer(), backends.take(it.id()))).toList();
  }

  /** What came out both ways. */
  private record Samples(List<Outcome> envoy, List<Outcome> agent) {

    boolean areAllOne() {
      String one = Seen.of(envoy.get(0));
      return envoy.stream().map(Seen::of).allMatch(one::equals)
          && agent.stream().map(Seen::of).allMatch(one::equals)
          && Math.abs(quickest(envoy) - quickest(agent)) <= MILLIS_APART;
    }

    /** What lies further apart than so many deviations; empty: nothing. */
    String difference(double deviations) {
      Map<String, Long> theirs = count(envoy);
      Map<String, Long> ours = count(agent);
      TreeSet<String> keys = new TreeSet<>(theirs.keySet());
      keys.addAll(ours.keySet());
      StringBuilder text = new StringBuilder();
      for (String key : keys) {
        long a = theirs.getOrDefault(key, 0L);
        long b = ours.getOrDefault(key, 0L);
        if (deviations(a, b, envoy.size()) > deviations) {
          text.append(
              String.format(
                  Locale.ROOT, "%n  Envoy %d, agent %d of %d: %s", a, b, envoy.size(), key));
        }
      }
      long apart = quickest(agent) - quickest(envoy);
      if (Math.abs(apart) > MILLIS_APART) {
        text.append(
            String.format(
                Locale.ROOT,
                "%n  Envoy took %d ms, the agent %d ms",
                quickest(envoy),
                quickest(agent)));
      }
      return text.toString();
    }

    /** How far two counts of so many are apart, if they are of one share. */
    private static double deviations(long a, long b, int of) {
      double share = (a + b) / (2.0 * of);
      return share == 1 ? 0 : Math.abs(a - b) / Math.sqrt(2 * of * share * (1 - share));
    }

    private static Map<String, Long> count(List<Outcome> outcomes) {
      return outcomes.stream()
          .map(Seen::of)
          .collect(Collectors.groupingBy(UnaryOperator.identity(), HashMap::new, counting()));
    }

    private static java.util.stream.Collector<String, ?, Long> counting() {
      return Collectors.counting();
    }

    private static long quickest(List<Outcome> outcomes) {
      return outcomes.stream().mapToLong(it -> it.answer().millis()).min().orElse(0);
    }
  }
}
