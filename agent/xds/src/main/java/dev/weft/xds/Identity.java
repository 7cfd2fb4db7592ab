package dev.weft.xds;

import dev.weft.xds.proto.Hello;
import dev.weft.xds.proto.Node;
import dev.weft.xds.proto.Struct;
import dev.weft.xds.proto.Value;
import java.util.LinkedHashMap;
import java.util.Map;

/** Who we are, as the two protocols have it. */
final class Identity {

  private Identity() {}

  /** For xDS: Istio's metadata; {@code WEFT_VERSION} marks our profile. */
  static Node node(ControlSettings.Workload workload) {
    String version = workload.process().agentVersion();
    Map<String, Value> labels = new LinkedHashMap<>();
    for (Map.Entry<String, String> label : workload.labels().entrySet()) {
      labels.put(label.getKey(), text(label.getValue()));
    }
    Map<String, Value> metadata = new LinkedHashMap<>();
    metadata.put("WEFT_VERSION", text(version));
    metadata.put("NAMESPACE", text(workload.namespace()));
    metadata.put("WORKLOAD_NAME", text(workload.name()));
    metadata.put("INSTANCE_IPS", text(workload.address()));
    metadata.put("LABELS", new Value().structValue(new Struct().fields(labels)));
    return new Node()
        .id(workload.nodeId())
        .cluster(workload.name() + "." + workload.namespace())
        .metadata(new Struct().fields(metadata))
        .userAgentName("weft")
        .userAgentVersion(version);
  }

  private static Value text(String text) {
    return new Value().stringValue(text);
  }

  static Hello hello(ControlSettings.Workload workload) {
    ControlSettings.ProcessFacts process = workload.process();
    return new Hello()
        .instance(workload.instance())
        .name(workload.name())
        .namespace(workload.namespace())
        .labels(workload.labels())
        .address(workload.address())
        .agentVersion(process.agentVersion())
        .javaVersion(process.javaVersion())
        .pid(process.pid())
        .metricsAddress(process.metricsAddress());
  }
}
