package dev.weft.control.model;

/**
 * The few settings that give names their meaning, and what holds where resources say nothing
 * (Istio's MeshConfig has the same ones).
 *
 * @param domain the suffix of service names, {@code cluster.local}
 * @param rootNamespace where rules for the whole mesh live, {@code istio-system}
 * @param defaultNamespace the namespace of a resource that names none
 * @param trustDomain of the mesh's identities, {@code cluster.local}
 * @param defaults what holds where resources say nothing
 */
public record MeshSettings(
    String domain,
    Namespace rootNamespace,
    Namespace defaultNamespace,
    String trustDomain,
    MeshDefaults defaults) {

  public static final MeshSettings DEFAULT =
      new MeshSettings(
          "cluster.local",
          new Namespace("istio-system"),
          new Namespace("default"),
          "cluster.local",
          MeshDefaults.DEFAULT);

  public MeshSettings withTrustDomain(String other) {
    return new MeshSettings(domain, rootNamespace, defaultNamespace, other, defaults);
  }

  public MeshSettings withRootNamespace(Namespace other) {
    return new MeshSettings(domain, other, defaultNamespace, trustDomain, defaults);
  }

  public MeshSettings withDefaults(MeshDefaults other) {
    return new MeshSettings(domain, rootNamespace, defaultNamespace, trustDomain, other);
  }
}
