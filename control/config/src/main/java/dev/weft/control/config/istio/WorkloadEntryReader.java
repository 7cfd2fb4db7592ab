package dev.weft.control.config.istio;

import dev.weft.control.config.Resource;
import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.model.Locality;
import dev.weft.control.model.ResourceId;
import dev.weft.control.model.Workload;
import java.util.List;
import java.util.Map;

/** Reads WorkloadEntries: workloads that no agent registers. */
public final class WorkloadEntryReader implements KindReader {

  @Override
  public Resource read(ObjectReader spec, Scope scope) {
    ResourceId id = scope.metadata().id();
    if (!AddressReader.check(spec, true)) {
      return new Resource.Inert(scope.metadata());
    }
    Map<String, String> labels = spec.textsByKey("labels");
    String account = spec.text("serviceAccount");
    Workload workload =
        new Workload(
            id.namespace() + "/" + id.name(),
            labels.getOrDefault("app", id.name()),
            id.namespace(),
            labels,
            spec.text("address"),
            List.of(),
            spec.numbersByKey("ports"),
            account.isEmpty() ? "default" : account,
            Locality.parse(spec.text("locality")),
            Math.max(1, spec.number("weight", 1)),
            Workload.Origin.DECLARED,
            null);
    return new Resource.DeclaredWorkload(scope.metadata(), workload);
  }
}
