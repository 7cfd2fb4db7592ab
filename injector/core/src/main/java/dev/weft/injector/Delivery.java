package dev.weft.injector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** How the agent, and the proof of who a pod is, get into its containers. */
final class Delivery {

  /** Of the image, where the cluster asks for a number. */
  private static final int USER = 65_532;

  private static final String SIZE = "32Mi";

  private final InjectionRules rules;

  Delivery(InjectionRules rules) {
    this.rules = rules;
  }

  /** Whether what is there under our names is ours. */
  boolean isPossible(ObjectNode spec, List<Notice> notices) throws PodException {
    Optional<ObjectNode> agent = Tree.named(spec, "volumes", Layout.AGENT_VOLUME);
    Optional<ObjectNode> identity = Tree.named(spec, "volumes", Layout.IDENTITY_VOLUME);
    String taken = "";
    if (agent.isPresent() && !agent.get().has("emptyDir") && !agent.get().has("image")) {
      taken = Layout.AGENT_VOLUME;
    } else if (identity.isPresent() && !identity.get().has("projected")) {
      taken = Layout.IDENTITY_VOLUME;
    }
    if (!taken.isEmpty()) {
      notices.add(
          Notice.ofPod(
              Notice.Reason.NAME_TAKEN,
              "the pod has a volume " + taken + " of its own (expected: another name)"));
    }
    return taken.isEmpty();
  }

  /** Whether a container leaves our paths to us. */
  boolean hasRoom(ObjectNode container, List<Notice> notices) throws PodException {
    for (ObjectNode mount : Tree.objects(container, "volumeMounts")) {
      String name = Tree.text(mount, "name");
      String path = Tree.text(mount, "mountPath").replaceFirst("/+$", "");
      boolean ours = name.equals(Layout.AGENT_VOLUME) || name.equals(Layout.IDENTITY_VOLUME);
      if (!ours
          && (path.equals(Layout.AGENT_DIRECTORY) || path.equals(Layout.IDENTITY_DIRECTORY))) {
        notices.add(
            new Notice(
                Notice.Reason.PATH_TAKEN,
                Tree.text(container, "name"),
                "it mounts something of its own at " + path + " (expected: elsewhere)"));
        return false;
      }
    }
    return true;
  }

  /** Gives a container what it reads. */
  void mount(ObjectNode container) throws PodException {
    mount(container, Layout.AGENT_VOLUME, Layout.AGENT_DIRECTORY);
    mount(container, Layout.IDENTITY_VOLUME, Layout.IDENTITY_DIRECTORY);
  }

  private static void mount(ObjectNode container, String volume, String path) throws PodException {
    if (Tree.named(container, "volumeMounts", volume).isEmpty()) {
      Tree.makeList(container, "volumeMounts")
          .addObject()
          .put("name", volume)
          .put("mountPath", path)
          .put("readOnly", true);
    }
  }

  /** Adds to the pod what its containers mount. */
  void add(ObjectNode spec, List<ObjectNode> injected) throws PodException {
    boolean copied = rules.delivery() != InjectionRules.Delivery.IMAGE_VOLUME;
    if (Tree.named(spec, "volumes", Layout.AGENT_VOLUME).isEmpty()) {
      ObjectNode volume =
          Tree.makeList(spec, "volumes").addObject().put("name", Layout.AGENT_VOLUME);
      if (copied) {
        volume.putObject("emptyDir").put("sizeLimit", SIZE);
      } else {
        volume
            .putObject("image")
            .put("reference", rules.images().agent())
            .put("pullPolicy", rules.images().pullPolicy());
      }
    }
    if (Tree.named(spec, "volumes", Layout.IDENTITY_VOLUME).isEmpty()) {
      addIdentity(Tree.makeList(spec, "volumes").addObject());
    }
    // The first: native sidecars, and init containers that are injected, need the agent as well.
    if (copied && Tree.named(spec, "initContainers", Layout.AGENT_INIT).isEmpty()) {
      Tree.makeList(spec, "initContainers").insert(0, copier(spec, injected.get(0)));
    }
  }

  private void addIdentity(ObjectNode volume) {
    ObjectNode projected = volume.put("name", Layout.IDENTITY_VOLUME).putObject("projected");
    projected
        .putArray("sources")
        .addObject()
        .putObject("serviceAccountToken")
        .put("audience", rules.token().audience())
        .put("expirationSeconds", rules.token().seconds())
        .put("path", Layout.TOKEN_FILE);
    ObjectNode map = projected.withArray("sources").addObject().putObject("configMap");
    map.put("name", Layout.ROOT_MAP)
        .putArray("items")
        .addObject()
        .put("key", Layout.ROOT_FILE)
        .put("path", Layout.ROOT_FILE);
  }

  private ObjectNode copier(ObjectNode spec, ObjectNode first) throws PodException {
    ObjectNode container = spec.objectNode();
    container
        .put("name", Layout.AGENT_INIT)
        .put("image", rules.images().tools())
        .put("imagePullPolicy", rules.images().pullPolicy());
    container
        .putArray("command")
        .add("java")
        .add("-XX:TieredStopAtLevel=1")
        .add("-XX:+UseSerialGC")
        .add("-XX:-UsePerfData")
        .add("-Xmx16m")
        .add("-cp")
        .add("/app/weftctl.jar")
        .add("dev.weft.injector.delivery.CopyAgent")
        .add("/app/" + Layout.AGENT_FILE)
        .add(Layout.AGENT_DIRECTORY);
    container.set("resources", rules.resources().deepCopy());
    container.set("securityContext", context(spec, first));
    container
        .putArray("volumeMounts")
        .addObject()
        .put("name", Layout.AGENT_VOLUME)
        .put("mountPath", Layout.AGENT_DIRECTORY);
    return container;
  }

  /**
   * What the "restricted" Pod Security Standard asks for. The user is the application's, which some
   * clusters prescribe, unless that is root.
   */
  private static ObjectNode context(ObjectNode spec, ObjectNode first) throws PodException {
    ObjectNode context = spec.objectNode();
    context.put("allowPrivilegeEscalation", false);
    context.putObject("capabilities").putArray("drop").add("ALL");
    context.put("readOnlyRootFilesystem", true);
    context.put("runAsNonRoot", true);
    JsonNode pods = spec.path("securityContext").path("runAsUser");
    JsonNode own = first.path("securityContext").path("runAsUser");
    if (own.isNumber() && own.longValue() != 0) {
      context.put("runAsUser", own.longValue());
    } else if (pods.isNumber() && pods.longValue() == 0) {
      context.put("runAsUser", USER);
    }
    context.putObject("seccompProfile").put("type", "RuntimeDefault");
    return context;
  }
}
