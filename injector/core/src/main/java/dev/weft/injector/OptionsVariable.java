package dev.weft.injector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * The variable with the JVM's options, to which ours is appended: after those of other agents,
 * which want to be the first.
 *
 * <p>A value that is somewhere else is referred to: the entry gets another name, and a new one
 * repeats it with {@code $(NAME)}. Where it may be absent that cannot be done, because the
 * reference would then be taken literally, and the JVM would not start.
 */
final class OptionsVariable {

  private static final List<String> REFERENCES =
      List.of("configMapKeyRef", "secretKeyRef", "fileKeyRef");

  private final String name;

  /** What the variable that is referred to is called. */
  private final String moved;

  OptionsVariable(String name) {
    this.name = name;
    this.moved = "APPLICATION_" + name;
  }

  /** Whether the agent will be loaded. */
  boolean append(ObjectNode container, List<Notice> notices) throws PodException {
    ArrayNode env = Tree.makeList(container, "env");
    String of = Tree.text(container, "name");
    Optional<ObjectNode> last = last(container);
    if (Tree.named(container, "env", moved).isPresent()) {
      boolean ours = last.isPresent() && Tree.text(last.get(), "value").endsWith(Layout.JAVAAGENT);
      notices.add(ours ? referredTo(of) : taken(of)); // ours: it was injected before
      return ours;
    }
    if (last.isEmpty()) {
      env.addObject().put("name", name).put("value", Layout.JAVAAGENT);
      mentionSources(container, notices);
      return true;
    }
    ObjectNode entry = last.get();
    if (Tree.object(entry, "valueFrom").isPresent()) {
      return refer(env, entry, notices, of);
    }
    String before = Tree.text(entry, "value");
    if (!before.contains(Layout.AGENT_FILE)) {
      entry.put("value", before.isBlank() ? Layout.JAVAAGENT : before + " " + Layout.JAVAAGENT);
    }
    if (Tree.text(entry, "value").equals(Layout.JAVAAGENT)) {
      mentionSources(container, notices);
    }
    return true;
  }

  /** Of several entries of one name the last counts. */
  private Optional<ObjectNode> last(ObjectNode container) throws PodException {
    return Tree.objects(container, "env").stream()
        .filter(each -> Tree.text(each, "name").equals(name))
        .reduce((one, next) -> next);
  }

  private boolean refer(ArrayNode env, ObjectNode entry, List<Notice> notices, String of)
      throws PodException {
    if (mayBeAbsent(entry)) {
      notices.add(
          new Notice(
              Notice.Reason.OPTIONS_MAY_BE_ABSENT,
              of,
              name
                  + " is a valueFrom that is optional, so that nothing can be appended to it"
                  + " (expected: a value, or a valueFrom that is not optional)"));
      return false;
    }
    entry.put("name", moved);
    env.insert(
        indexOf(env, moved) + 1,
        env.objectNode().put("name", name).put("value", "$(" + moved + ") " + Layout.JAVAAGENT));
    notices.add(referredTo(of));
    return true;
  }

  private static int indexOf(ArrayNode env, String name) {
    int i = 0;
    while (!Tree.text(env.get(i), "name").equals(name)) {
      i++;
    }
    return i;
  }

  private static boolean mayBeAbsent(ObjectNode entry) throws PodException {
    ObjectNode from = Tree.object(entry, "valueFrom").orElseThrow();
    for (String reference : REFERENCES) {
      JsonNode optional = from.path(reference).path("optional");
      if (optional.asBoolean(false)) {
        return true;
      }
    }
    return false;
  }

  private Notice taken(String of) {
    return new Notice(
        Notice.Reason.NAME_TAKEN, of, "it has a variable " + moved + " (expected: another name)");
  }

  private Notice referredTo(String of) {
    return new Notice(
        Notice.Reason.OPTIONS_REFERRED_TO,
        of,
        name + " is a valueFrom: it is " + moved + " now, and ours is appended to that");
  }

  private void mentionSources(ObjectNode container, List<Notice> notices) throws PodException {
    for (ObjectNode source : Tree.objects(container, "envFrom")) {
      if (name.startsWith(Tree.text(source, "prefix"))) {
        notices.add(
            new Notice(
                Notice.Reason.OPTIONS_FROM_ENV_FROM,
                Tree.text(container, "name"),
                "if envFrom has "
                    + name
                    + " too, that counts no more (expected: options of the application's own in"
                    + " env)"));
        return;
      }
    }
  }
}
