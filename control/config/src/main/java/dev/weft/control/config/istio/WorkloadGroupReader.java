package dev.weft.control.config.istio;

import dev.weft.control.config.Resource;
import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.Locality;
import dev.weft.control.model.ServiceName;
import dev.weft.control.model.WorkloadGroup;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads WorkloadGroups: what registered workloads have in common. */
public final class WorkloadGroupReader implements KindReader {

  private static final List<String> COUNTS =
      List.of(
          "initialDelaySeconds",
          "timeoutSeconds",
          "periodSeconds",
          "successThreshold",
          "failureThreshold");

  @Override
  public Resource read(ObjectReader spec, Scope scope) {
    ObjectReader probe = spec.object("probe");
    for (String count : COUNTS) {
      int number = probe.number(count, 0);
      if (number < 0) {
        probe.report(FindingCode.INVALID, count, number + " (expected: >= 0)");
      }
    }
    ObjectReader template = spec.object("template");
    Map<String, String> labels = new HashMap<>(spec.object("metadata").textsByKey("labels"));
    labels.putAll(template.textsByKey("labels"));
    return new Resource.Group(
        scope.metadata(),
        new WorkloadGroup(
            new ServiceName(scope.metadata().id().name(), scope.namespace()),
            labels,
            template.numbersByKey("ports"),
            Locality.parse(template.text("locality")),
            Math.max(1, template.number("weight", 1))));
  }
}
