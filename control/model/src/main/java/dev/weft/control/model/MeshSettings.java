package dev.weft.control.model;

/**
 * The few settings that give names their meaning (Istio's MeshConfig has the same ones).
 *
 * @param domain the suffix of service names, {@code cluster.local}
 * @param rootNamespace where rules for the whole mesh live, {@code istio-system}
 * @param defaultNamespace the namespace of a resource that names none, {@code default}
 * @param trustDomain of the mesh's identities, {@code cluster.local}
 */
public record MeshSettings(
    String domain, Namespace rootNamespace, Namespace defaultNamespace, String trustDomain) {

  public static final MeshSettings DEFAULT =
      new MeshSettings(
          "cluster.local",
          new Namespace("istio-system"),
          new Namespace("default"),
          "cluster.local");

  public MeshSettings withTrustDomain(String other) {
    return new MeshSettings(domain, rootNamespace, defaultNamespace, other);
  }
}
