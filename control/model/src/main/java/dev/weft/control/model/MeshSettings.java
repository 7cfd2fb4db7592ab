package dev.weft.control.model;

import java.util.List;
import java.util.stream.Stream;

/**
 * The few settings that give names their meaning, and what holds where resources say nothing
 * (Istio's MeshConfig has the same ones).
 *
 * @param domain the suffix of service names, {@code cluster.local}
 * @param rootNamespace where rules for the whole mesh live, {@code istio-system}
 * @param defaultNamespace the namespace of a resource that names none
 * @param trustDomain of the mesh's identities, {@code cluster.local}
 * @param trustDomainAliases under which the mesh's identities are known besides
 * @param defaults what holds where resources say nothing
 */
public record MeshSettings(
    String domain,
    Namespace rootNamespace,
    Namespace defaultNamespace,
    String trustDomain,
    List<String> trustDomainAliases,
    MeshDefaults defaults) {

  public static final MeshSettings DEFAULT =
      new MeshSettings(
          "cluster.local",
          new Namespace("istio-system"),
          new Namespace("default"),
          "cluster.local",
          List.of(),
          MeshDefaults.DEFAULT);

  public MeshSettings {
    trustDomainAliases = List.copyOf(trustDomainAliases);
  }

  /** Whose identities are the mesh's: its own trust domain first, then the aliases. */
  public List<String> trustDomains() {
    return Stream.concat(Stream.of(trustDomain), trustDomainAliases.stream()).distinct().toList();
  }

  public MeshSettings withTrustDomain(String other) {
    return new MeshSettings(
        domain, rootNamespace, defaultNamespace, other, trustDomainAliases, defaults);
  }

  public MeshSettings withRootNamespace(Namespace other) {
    return new MeshSettings(
        domain, other, defaultNamespace, trustDomain, trustDomainAliases, defaults);
  }

  public MeshSettings withTrustDomainAliases(List<String> others) {
    return new MeshSettings(domain, rootNamespace, defaultNamespace, trustDomain, others, defaults);
  }

  public MeshSettings withDefaults(MeshDefaults other) {
    return new MeshSettings(
        domain, rootNamespace, defaultNamespace, trustDomain, trustDomainAliases, other);
  }
}
