package dev.weft.injector;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** How it is seen of a pod that it is part of the mesh, and what was done to it. */
final class Marks {

  private static final String SCRAPE = "prometheus.io/scrape";
  private static final String PORT = "prometheus.io/port";
  private static final String PATH = "prometheus.io/path";

  private Marks() {}

  /** Of a pod that is part of the mesh. */
  static void add(ObjectNode meta, ObjectNode spec, InjectionRules rules, List<Notice> notices)
      throws PodException {
    Tree.makeObject(meta, "labels").put(Layout.TLS_MODE, "istio");
    if (rules.prometheus() == InjectionRules.Prometheus.ANNOTATED) {
      scrape(meta, spec, notices);
    }
  }

  private static void scrape(ObjectNode meta, ObjectNode spec, List<Notice> notices)
      throws PodException {
    Map<String, String> there = Tree.texts(meta, "annotations");
    String port = String.valueOf(Layout.METRICS_PORT);
    boolean ours = port.equals(there.get(PORT));
    if (spec.path("hostNetwork").asBoolean(false)) {
      notices.add(
          Notice.ofPod(
              Notice.Reason.METRICS_NOT_SCRAPED,
              "hostNetwork: the agent's metrics are on the node's loopback alone"));
    } else if (there.containsKey(SCRAPE) && !ours) {
      notices.add(
          Notice.ofPod(
              Notice.Reason.METRICS_NOT_SCRAPED,
              SCRAPE
                  + " is the application's own; the agent's metrics are at port "
                  + port
                  + ", "
                  + Layout.METRICS_PATH));
    } else {
      Tree.makeObject(meta, "annotations")
          .put(SCRAPE, "true")
          .put(PORT, port)
          .put(PATH, Layout.METRICS_PATH);
    }
  }

  /** What was done and what is to be said about it, as JSON. */
  static void status(
      ObjectNode meta, InjectionRules rules, List<String> injected, List<Notice> notices)
      throws PodException {
    ObjectNode status = meta.objectNode();
    status.put("revision", rules.revision());
    if (!injected.isEmpty()) {
      boolean mounted = rules.delivery() == InjectionRules.Delivery.IMAGE_VOLUME;
      status.put(
          "delivery", (mounted ? rules.delivery() : InjectionRules.Delivery.INIT_CONTAINER).word());
      status.put("image", mounted ? rules.images().agent() : rules.images().tools());
    }
    injected.forEach(status.putArray("containers")::add);
    for (Notice notice : notices) {
      ObjectNode said = status.withArray("notices").addObject();
      said.put("reason", notice.reason().camelCase());
      if (!notice.container().isEmpty()) {
        said.put("container", notice.container());
      }
      said.put("message", notice.message());
    }
    Tree.makeObject(meta, "annotations").put(Layout.STATUS, status.toString());
  }
}
