package dev.weft.injector;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which containers of a pod are to be injected. */
final class Selection {

  /** Somebody may name very many that are not there. */
  private static final int MOST_NOTICES = 5;

  /** Names of containers are DNS labels. */
  private static final int LONGEST_NAME = 63;

  private final List<ObjectNode> chosen;
  private final List<ObjectNode> others;

  private Selection(List<ObjectNode> chosen, List<ObjectNode> others) {
    this.chosen = chosen;
    this.others = others;
  }

  /** Those that annotations name; without that all but init containers. */
  static Selection of(Map<String, String> annotations, ObjectNode spec, List<Notice> notices)
      throws PodException {
    List<ObjectNode> chosen = new ArrayList<>();
    List<ObjectNode> others = new ArrayList<>();
    Set<String> inits = names(annotations.get(Layout.INIT_CONTAINERS));
    for (ObjectNode each : Tree.objects(spec, "initContainers")) {
      boolean ours = Tree.text(each, "name").equals(Layout.AGENT_INIT);
      (!ours && inits.remove(Tree.text(each, "name")) ? chosen : others).add(each);
    }
    Set<String> wanted = names(annotations.get(Layout.CONTAINERS));
    boolean all = wanted.isEmpty();
    for (ObjectNode each : Tree.objects(spec, "containers")) {
      (wanted.remove(Tree.text(each, "name")) || all ? chosen : others).add(each);
    }
    missing(Layout.INIT_CONTAINERS, inits, notices);
    missing(Layout.CONTAINERS, wanted, notices);
    return new Selection(chosen, others);
  }

  private static Set<String> names(@org.jspecify.annotations.Nullable String written) {
    Set<String> names = new TreeSet<>();
    if (written != null) {
      Arrays.stream(written.split(",", -1))
          .map(String::strip)
          .filter(name -> !name.isEmpty())
          .forEach(names::add);
    }
    return names;
  }

  private static void missing(String annotation, Set<String> names, List<Notice> notices) {
    names.stream()
        .limit(MOST_NOTICES)
        .forEach(
            name ->
                notices.add(
                    Notice.ofPod(
                        Notice.Reason.NO_SUCH_CONTAINER,
                        annotation + ": \"" + shown(name) + "\" is no container of the pod")));
    if (names.size() > MOST_NOTICES) {
      notices.add(
          Notice.ofPod(
              Notice.Reason.NO_SUCH_CONTAINER,
              annotation + ": " + (names.size() - MOST_NOTICES) + " others are none either"));
    }
  }

  private static String shown(String name) {
    String cut = name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) + "…" : name;
    return cut.replaceAll("[^\\x20-\\x7e…]", "?");
  }

  List<ObjectNode> chosen() {
    return chosen;
  }

  /** Says of the others what their callers will notice. */
  void mention(List<String> injected, List<Notice> notices) throws PodException {
    List<ObjectNode> without = new ArrayList<>(others);
    chosen.stream()
        .filter(each -> !injected.contains(Tree.text(each, "name")))
        .forEach(without::add);
    for (ObjectNode each : without) {
      List<String> ports = new ArrayList<>();
      for (ObjectNode port : Tree.objects(each, "ports")) {
        ports.add(port.path("containerPort").asText());
      }
      if (!ports.isEmpty()) {
        notices.add(
            new Notice(
                Notice.Reason.PORT_WITHOUT_AGENT,
                Tree.text(each, "name"),
                "peers in the mesh use mutual TLS for port "
                    + String.join(", ", ports)
                    + ", and there is no agent (expected: a DestinationRule or PeerAuthentication"
                    + " that disables it there)"));
      }
    }
  }
}
