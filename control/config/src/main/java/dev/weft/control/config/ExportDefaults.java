package dev.weft.control.config;

import dev.weft.control.model.DestinationPolicy;
import dev.weft.control.model.ExportTo;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.RoutingRule;
import dev.weft.control.model.Service;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * To whom resources are exported that do not say so, as the MeshConfig has it.
 *
 * @param services namespaces, {@code *}, {@code .} and {@code ~}; empty: everywhere
 * @param rules likewise
 * @param policies likewise
 */
record ExportDefaults(List<String> services, List<String> rules, List<String> policies) {

  static final ExportDefaults EVERYWHERE = new ExportDefaults(List.of(), List.of(), List.of());

  Service apply(Service service) {
    return service.exportedTo(resolve(service.exportTo(), services, service.namespace()));
  }

  RoutingRule apply(RoutingRule rule) {
    return rule.exportedTo(resolve(rule.exportTo(), rules, rule.id().namespace()));
  }

  DestinationPolicy apply(DestinationPolicy policy) {
    return policy.exportedTo(resolve(policy.exportTo(), policies, policy.id().namespace()));
  }

  private static ExportTo resolve(ExportTo written, List<String> names, Namespace own) {
    if (written.kind() != ExportTo.Kind.BY_DEFAULT) {
      return written;
    }
    if (names.isEmpty() || names.contains("*")) {
      return ExportTo.EVERYWHERE;
    }
    Set<Namespace> namespaces =
        names.stream()
            .filter(name -> !name.equals("~"))
            .map(name -> name.equals(".") ? own : new Namespace(name))
            .collect(Collectors.toSet());
    return ExportTo.only(namespaces);
  }
}
