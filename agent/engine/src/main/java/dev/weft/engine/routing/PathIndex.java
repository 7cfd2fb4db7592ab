package dev.weft.engine.routing;

import dev.weft.bridge.Headers;
import dev.weft.bridge.RequestHead;
import dev.weft.engine.config.RouteMatch.PathMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the first rule that matches without trying all: a radix tree over the paths and prefixes
 * that rules are written with, whose nodes on the way of a request's path have all rules that can
 * match it. Regular expressions and paths without case are always tried.
 */
final class PathIndex {

  private final Rule[] rules;
  private final Candidates others;
  private final @Nullable Node root;

  PathIndex(Rule[] rules) {
    this.rules = rules;
    List<Integer> unordered = new ArrayList<>();
    TreeMap<String, Written> written = new TreeMap<>();
    for (int number = 0; number < rules.length; number++) {
      PathMatch path = rules[number].match().path();
      if (path instanceof PathMatch.Exact exact && !exact.ignoreCase()) {
        at(written, exact.path()).exact.add(number);
      } else if (path instanceof PathMatch.Prefix prefix && !prefix.ignoreCase()) {
        at(written, prefix.prefix()).prefix.add(number);
      } else if (path instanceof PathMatch.SegmentPrefix segments && !segments.ignoreCase()) {
        at(written, segments.prefix()).prefix.add(number);
      } else {
        unordered.add(number);
      }
    }
    this.others = new Candidates(rules, unordered);
    this.root = written.isEmpty() ? null : node(List.copyOf(written.entrySet()), 0);
  }

  private static Written at(Map<String, Written> written, String path) {
    return written.computeIfAbsent(path, any -> new Written(new ArrayList<>(), new ArrayList<>()));
  }

  /** Which rules are written with a text: for it alone, and for all that begins so. */
  private record Written(List<Integer> exact, List<Integer> prefix) {}

  /**
   * The node of these texts, which are sorted and have something in common.
   *
   * @param from how much of it the nodes above have
   */
  private Node node(List<Map.Entry<String, Written>> texts, int from) {
    String first = texts.get(0).getKey();
    int end = common(first, texts.get(texts.size() - 1).getKey());
    Written own =
        first.length() == end ? texts.get(0).getValue() : new Written(List.of(), List.of());
    List<Node> children = new ArrayList<>();
    int begin = first.length() == end ? 1 : 0;
    while (begin < texts.size()) {
      char next = texts.get(begin).getKey().charAt(end);
      int stop = begin + 1;
      while (stop < texts.size() && texts.get(stop).getKey().charAt(end) == next) {
        stop++;
      }
      children.add(node(texts.subList(begin, stop), end));
      begin = stop;
    }
    return new Node(
        first.substring(from, end),
        new Candidates(rules, own.exact),
        new Candidates(rules, own.prefix),
        children.toArray(Node[]::new));
  }

  private static int common(String first, String last) {
    int end = 0;
    int most = Math.min(first.length(), last.length());
    while (end < most && first.charAt(end) == last.charAt(end)) {
      end++;
    }
    return end;
  }

  /** The first rule that matches, or null. */
  @Nullable Rule first(RequestHead head, Headers headers, int pathEnd) {
    String target = head.target();
    int best = others.first(head, headers, pathEnd, Candidates.NONE);
    int at = 0;
    Node node = root;
    while (node != null && node.isOn(target, at, pathEnd)) {
      at += node.label.length();
      best = node.prefix.first(head, headers, pathEnd, best);
      if (at == pathEnd) {
        best = node.exact.first(head, headers, pathEnd, best);
        node = null;
      } else {
        node = node.child(target.charAt(at));
      }
    }
    return best == Candidates.NONE ? null : rules[best];
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Node(String label, Candidates exact, Candidates prefix, Node[] children) {

    boolean isOn(String target, int at, int end) {
      return end - at >= label.length() && target.startsWith(label, at);
    }

    @Nullable Node child(char first) {
      int low = 0;
      int high = children.length - 1;
      while (low <= high) {
        int middle = (low + high) >>> 1;
        char there = children[middle].label.charAt(0);
        if (there == first) {
          return children[middle];
        }
        if (there < first) {
          low = middle + 1;
        } else {
          high = middle - 1;
        }
      }
      return null;
    }
  }
}
