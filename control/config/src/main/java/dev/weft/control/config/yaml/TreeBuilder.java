package dev.weft.control.config.yaml;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;

/**
 * Turns parser events into nodes without recursion, so that depth is a limit and not a stack
 * overflow. An alias shares its anchor's node but counts with its full size, so that a small file
 * cannot stand for a huge one; an anchor is known only once its value is complete, so that nothing
 * can contain itself.
 */
final class TreeBuilder {

  private final YamlLimits limits;
  private final Deque<Open> stack = new ArrayDeque<>();
  private final Map<Anchor, YamlNode> anchors = new HashMap<>();
  private int documents;
  private long nodes;

  TreeBuilder(YamlLimits limits) {
    this.limits = limits;
  }

  /** The document that this event completes, unless it is empty. */
  Optional<YamlNode> accept(Event event) throws YamlException {
    int line = event.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    return switch (event.getEventId()) {
      case DocumentStart -> start(line);
      case MappingStart -> open(new OpenMapping(((MappingStartEvent) event).getAnchor(), line));
      case SequenceStart -> open(new OpenSequence(((SequenceStartEvent) event).getAnchor(), line));
      case Scalar -> scalar((ScalarEvent) event, line);
      case Alias -> alias((AliasEvent) event, line);
      case MappingEnd, SequenceEnd -> close();
      default -> Optional.empty();
    };
  }

  private Optional<YamlNode> start(int line) throws YamlException {
    anchors.clear();
    if (++documents > limits.documents()) {
      throw YamlException.limit(
          line, "the file has more than " + limits.documents() + " documents");
    }
    return Optional.empty();
  }

  private Optional<YamlNode> open(Open container) throws YamlException {
    if (stack.size() >= limits.depth()) {
      throw YamlException.limit(
          container.line, "nested more than " + limits.depth() + " levels deep");
    }
    stack.push(container);
    return Optional.empty();
  }

  private Optional<YamlNode> close() throws YamlException {
    Open container = stack.pop();
    return complete(container.node(), container.anchor);
  }

  private Optional<YamlNode> scalar(ScalarEvent event, int line) throws YamlException {
    if (event.getTag().isPresent()) {
      throw YamlException.malformed(
          line, "the tag " + Excerpt.of(event.getTag().get()) + " (expected: no tags)");
    }
    YamlNode node = new YamlNode.Scalar(event.getValue(), event.isPlain(), line);
    return complete(node, ((NodeEvent) event).getAnchor());
  }

  private Optional<YamlNode> alias(AliasEvent event, int line) throws YamlException {
    YamlNode node = anchors.get(event.getAlias());
    if (node == null) {
      String name = Excerpt.of(event.getAlias().getValue());
      throw YamlException.malformed(line, "the alias *" + name + " has no anchor before it");
    }
    return complete(node, Optional.empty());
  }

  private Optional<YamlNode> complete(YamlNode node, Optional<Anchor> anchor) throws YamlException {
    anchor.ifPresent(name -> anchors.put(name, node));
    Open parent = stack.peek();
    if (parent == null) {
      nodes += node.size();
      checkNodes(nodes, node.line());
      return node instanceof YamlNode.Scalar scalar && scalar.isNull()
          ? Optional.empty()
          : Optional.of(node);
    }
    parent.add(node);
    checkNodes(nodes + parent.size, node.line());
    return Optional.empty();
  }

  private void checkNodes(long count, int line) throws YamlException {
    if (count > limits.nodes()) {
      throw YamlException.limit(
          line, "more than " + limits.nodes() + " values, aliases counted in full");
    }
  }

  private abstract static class Open {
    final Optional<Anchor> anchor;
    final int line;
    long size = 1;

    Open(Optional<Anchor> anchor, int line) {
      this.anchor = anchor;
      this.line = line;
    }

    void add(YamlNode node) throws YamlException {
      size += node.size();
    }

    abstract YamlNode node();
  }

  private static final class OpenSequence extends Open {
    private final List<YamlNode> items = new ArrayList<>();

    OpenSequence(Optional<Anchor> anchor, int line) {
      super(anchor, line);
    }

    @Override
    void add(YamlNode node) throws YamlException {
      super.add(node);
      items.add(node);
    }

    @Override
    YamlNode node() {
      return new YamlNode.Sequence(Collections.unmodifiableList(items), line, size);
    }
  }

  private static final class OpenMapping extends Open {
    private final Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
    private YamlNode.@Nullable Scalar key;

    OpenMapping(Optional<Anchor> anchor, int line) {
      super(anchor, line);
    }

    @Override
    void add(YamlNode node) throws YamlException {
      super.add(node);
      if (key != null) {
        entries.put(key.text(), new YamlNode.Entry(node, key.line()));
        key = null;
        return;
      }
      if (!(node instanceof YamlNode.Scalar scalar)) {
        throw YamlException.malformed(
            node.line(), "a key is " + node.describe() + " (expected: a string)");
      }
      YamlNode.Entry earlier = entries.get(scalar.text());
      if (earlier != null) {
        throw YamlException.malformed(
            scalar.line(),
            "the key \""
                + Excerpt.of(scalar.text())
                + "\" is already on line "
                + earlier.line()
                + " (expected: each key once)");
      }
      key = scalar;
    }

    @Override
    YamlNode node() {
      return new YamlNode.Mapping(Collections.unmodifiableMap(entries), line, size);
    }
  }
}
