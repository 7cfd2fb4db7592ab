package dev.weft.injector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Resources as text, before they are in a cluster: the pods that they are, or make, are injected as
 * the webhook would.
 */
public final class Manifest {

  private static final List<String> TEMPLATE = List.of("spec", "template");

  /** Where each kind has its pod. */
  private static final Map<String, List<String>> PODS =
      Map.of(
          "Pod", List.of(),
          "Deployment", TEMPLATE,
          "ReplicaSet", TEMPLATE,
          "ReplicationController", TEMPLATE,
          "StatefulSet", TEMPLATE,
          "DaemonSet", TEMPLATE,
          "Job", TEMPLATE,
          "CronJob", List.of("spec", "jobTemplate", "spec", "template"));

  private final Injector injector;
  private final String namespace;
  private final List<Result> results = new ArrayList<>();

  private Manifest(Injector injector, String namespace) {
    this.injector = injector;
    this.namespace = namespace;
  }

  /**
   * What came of one resource.
   *
   * @param resource {@code Kind/namespace/name}
   */
  public record Result(String resource, Injection injection) {}

  /**
   * @param yaml all resources again; those without pods are as they were
   * @param results of those with pods, in order
   */
  public record Injected(String yaml, List<Result> results) {}

  /**
   * Injects all of a file.
   *
   * @param namespace of resources that do not say theirs
   * @throws PodException it is no YAML, or not of Kubernetes
   */
  public static Injected inject(String yaml, Injector injector, String namespace)
      throws PodException {
    List<JsonNode> documents;
    try {
      documents = Yaml.read(yaml);
    } catch (IllegalArgumentException e) {
      throw new PodException("no YAML: " + e.getMessage());
    }
    Manifest manifest = new Manifest(injector, namespace);
    StringBuilder out = new StringBuilder();
    for (JsonNode document : documents) {
      if (!(document instanceof ObjectNode resource) || Tree.text(document, "kind").isEmpty()) {
        throw new PodException("a document without kind (expected: a Kubernetes resource)");
      }
      manifest.inject(resource);
      out.append(out.length() == 0 ? "" : "---\n").append(Yaml.write(resource));
    }
    return new Injected(out.toString(), List.copyOf(manifest.results));
  }

  private void inject(ObjectNode resource) throws PodException {
    String kind = Tree.text(resource, "kind");
    if (kind.equals("List")) {
      for (ObjectNode item : Tree.objects(resource, "items")) {
        inject(item);
      }
      return;
    }
    List<String> path = PODS.get(kind);
    if (path == null) {
      return;
    }
    ObjectNode pod = resource;
    for (String field : path) {
      Optional<ObjectNode> next = Tree.object(pod, field);
      if (next.isEmpty()) {
        throw new PodException(kind + ": no " + String.join(".", path) + " (expected: a pod's)");
      }
      pod = next.get();
    }
    ObjectNode metadata = Tree.object(resource, "metadata").orElseGet(resource::objectNode);
    String own = Tree.text(metadata, "namespace");
    String name = Tree.text(metadata, "name");
    String where = own.isEmpty() ? namespace : own;
    Injection injection =
        injector.inject(pod, new Injector.Origin(where, path.isEmpty() ? "" : name));
    for (String part : List.of("metadata", "spec")) {
      JsonNode made = injection.pod().get(part);
      if (made != null) {
        pod.set(part, made);
      }
    }
    results.add(new Result(kind + "/" + where + "/" + name, injection));
  }
}
