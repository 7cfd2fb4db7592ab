package dev.weft.injector;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes a pod part of the mesh. A pure function: the same pod and rules give the same patch, and a
 * pod that has been injected is left as it is.
 */
public final class Injector {

  /** Containers of other meshes' proxies. */
  private static final Set<String> PROXIES = Set.of("istio-proxy", "linkerd-proxy");

  private final InjectionRules rules;

  public Injector(InjectionRules rules) {
    this.rules = rules;
  }

  /**
   * Where a pod comes from.
   *
   * @param namespace of the pod
   * @param workload the name of what has made it, where the pod itself does not say; empty: unknown
   */
  public record Origin(String namespace, String workload) {}

  /**
   * Injects a pod, or says why not.
   *
   * @param pod a {@code v1} Pod, or the template of one; left as it is
   * @throws PodException it is none
   */
  public Injection inject(ObjectNode pod, Origin origin) throws PodException {
    ObjectNode metadata = Tree.object(pod, "metadata").orElseGet(() -> pod.objectNode());
    Optional<String> unwanted = unwanted(metadata, origin);
    if (unwanted.isPresent()) {
      return Injection.skipped(pod, unwanted.get());
    }
    ObjectNode after = pod.deepCopy();
    ObjectNode meta = Tree.makeObject(after, "metadata");
    ObjectNode spec =
        Tree.object(after, "spec")
            .orElseThrow(() -> new PodException("spec: nothing (expected: an object)"));
    List<Notice> notices = new ArrayList<>();
    List<String> injected = new ArrayList<>();
    Delivery delivery = new Delivery(rules);
    if (isPossible(spec, notices) && delivery.isPossible(spec, notices)) {
      Selection selection = Selection.of(Tree.texts(meta, "annotations"), spec, notices);
      OptionsVariable options = new OptionsVariable(rules.options().name());
      Environment environment = new Environment(rules, ServiceFacts.of(meta, origin), spec);
      for (ObjectNode container : selection.chosen()) {
        // In this order: a container whose options are not ours to set gets nothing else either.
        if (delivery.hasRoom(container, notices) && options.append(container, notices)) {
          delivery.mount(container);
          environment.add(container, injected.size(), notices);
          injected.add(Tree.text(container, "name"));
        }
      }
      if (injected.isEmpty()) {
        notices.add(Notice.ofPod(Notice.Reason.NOTHING_TO_INJECT, "no container was injected"));
      } else {
        delivery.add(spec, selection.chosen());
        selection.mention(injected, notices);
        Marks.add(meta, spec, rules, notices);
      }
    }
    Marks.status(meta, rules, injected, notices);
    return Injection.of(pod, after, injected, notices);
  }

  private Optional<String> unwanted(ObjectNode metadata, Origin origin) throws PodException {
    if (rules.excludedNamespaces().contains(origin.namespace())) {
      return Optional.of("namespace " + origin.namespace() + " is excluded");
    }
    Map<String, String> labels = Tree.texts(metadata, "labels");
    return Layout.DISABLED.equals(labels.get(Layout.INJECT))
        ? Optional.of("the pod has the label " + Layout.INJECT + "=" + Layout.DISABLED)
        : Optional.empty();
  }

  private static boolean isPossible(ObjectNode spec, List<Notice> notices) throws PodException {
    Optional<ObjectNode> os = Tree.object(spec, "os");
    if (os.isPresent() && Tree.text(os.get(), "name").equals("windows")) {
      notices.add(Notice.ofPod(Notice.Reason.WINDOWS, "spec.os is windows (expected: linux)"));
      return false;
    }
    for (String list : List.of("containers", "initContainers")) {
      for (ObjectNode container : Tree.objects(spec, list)) {
        String name = Tree.text(container, "name");
        if (PROXIES.contains(name)) {
          notices.add(
              new Notice(
                  Notice.Reason.OTHER_MESH,
                  name,
                  "another mesh's proxy (expected: none; take the pod out of that mesh first)"));
          return false;
        }
      }
    }
    return true;
  }
}
