package dev.weft.control.model;

import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What some workloads import of the mesh: Istio's resource of this name, which speaks of a proxy's
 * configuration and here of an agent's.
 *
 * @param selector which workloads of the namespace; null: all of them that no other one selects
 * @param egress at least one; of several that name a port, the first for it counts
 * @param outbound null: as the mesh has it
 */
public record Sidecar(
    ResourceId id,
    @Nullable Map<String, String> selector,
    List<Egress> egress,
    @Nullable OutboundTrafficPolicy outbound,
    SourceLocation location) {

  /** For workloads that no Sidecar speaks of, and where one has no {@code egress}. */
  public static final Egress EVERYTHING =
      new Egress(null, List.of(new Import("*", new Fqdn("*"), false)));

  public Sidecar {
    selector = selector == null ? null : Map.copyOf(selector);
    egress = List.copyOf(egress);
  }

  /** Whether it was written for a workload of its namespace with these labels. */
  boolean selects(Map<String, String> labels) {
    return selector == null || labels.entrySet().containsAll(selector.entrySet());
  }

  /**
   * An egress listener.
   *
   * @param port the one that is called; null: every port that no listener before this one names
   */
  public record Egress(@Nullable Integer port, List<Import> imports) {

    public Egress {
      imports = List.copyOf(imports);
    }

    boolean isFor(int called) {
      return port == null || port == called;
    }

    /** A service is imported where a host covers it. */
    boolean imports(Service service, Namespace own) {
      return imports(service.namespace(), service.host(), own, Fqdn::covers);
    }

    /** A rule is imported where a host covers one of its hosts or the other way round. */
    boolean imports(RoutingRule rule, Namespace own) {
      return rule.hosts().stream()
          .anyMatch(
              host ->
                  imports(
                      rule.id().namespace(),
                      host,
                      own,
                      (wanted, given) -> wanted.covers(given) || given.covers(wanted)));
    }

    private boolean imports(
        Namespace definedIn, Fqdn host, Namespace own, BiPredicate<Fqdn, Fqdn> matches) {
      boolean found = false;
      for (Import each : imports) {
        if (each.isOf(definedIn, own)) {
          if (each.excluded && each.host.covers(host)) {
            return false;
          }
          found |= !each.excluded && matches.test(each.host, host);
        }
      }
      return found;
    }
  }

  /**
   * {@code namespace/host}.
   *
   * @param namespace where it is defined; {@code *}: anywhere; {@code .}: where the workload is
   * @param excluded nothing that the host covers is imported, whatever else is said
   */
  public record Import(String namespace, Fqdn host, boolean excluded) {

    private boolean isOf(Namespace definedIn, Namespace own) {
      return switch (namespace) {
        case "*" -> true;
        case "." -> definedIn.equals(own);
        default -> definedIn.value().equals(namespace);
      };
    }
  }
}
