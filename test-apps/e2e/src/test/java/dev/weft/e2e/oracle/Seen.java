package dev.weft.e2e.oracle;

import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What is compared of an outcome, as one text: equal texts are no difference. */
final class Seen {

  private Seen() {}

  static String of(Outcome outcome) {
    boolean isReached = !outcome.arrivals().isEmpty();
    Answer answer =
        Recognized.headReply(Recognized.reached(outcome.answer(), isReached), isReached);
    StringBuilder text = new StringBuilder("client: ");
    text.append(answer.status()).append(' ').append(answer.body());
    text.append(' ').append(headers(answer.headers(), Recognized::isOfResponses));
    // Which try it was is in its headers; a copy has no place in the order.
    outcome.arrivals().stream().map(it -> "\n    " + of(it)).sorted().forEach(text::append);
    return Recognized.isByGeneratedCookie(answer)
        ? text.toString().replaceAll("\\b181[0-9]{2}\\b", "any")
        : text.toString();
  }

  private static String of(Arrival arrival) {
    return arrival.backend()
        + " "
        + arrival.method()
        + " "
        + arrival.target()
        + " body="
        + arrival.body()
        + " "
        + headers(arrival.headers(), Recognized::isOfRequests);
  }

  /** By name; the values of one name in their order. */
  private static String headers(List<Header> headers, Predicate<Header> ignored) {
    TreeMap<String, List<String>> byName =
        headers.stream()
            .filter(ignored.negate())
            .collect(
                Collectors.groupingBy(
                    Header::name,
                    TreeMap::new,
                    Collectors.mapping(Header::value, Collectors.toList())));
    byName.replaceAll(Recognized::lines);
    return byName.toString();
  }
}
