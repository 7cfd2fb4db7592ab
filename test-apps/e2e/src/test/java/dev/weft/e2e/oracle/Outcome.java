package dev.weft.e2e.oracle;

import java.util.List;

/** What became of a request: the answer, and what the backends saw, in the order of arrival. */
record Outcome(Answer answer, List<Arrival> arrivals) {

  List<Arrival> tries() {
    return arrivals.stream().filter(it -> !it.isMirrored()).toList();
  }

  List<Arrival> copies() {
    return arrivals.stream().filter(Arrival::isMirrored).toList();
  }
}
