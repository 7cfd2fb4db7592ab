package dev.weft.control.kubernetes;

import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What of an EndpointSlice counts: who is ready to serve a Service, and at which ports.
 *
 * @param service empty: of none
 * @param ports by the name of the Service's port
 */
record SliceFacts(String namespace, String service, Map<String, Integer> ports, List<Place> ready) {

  private static final String SERVICE = "kubernetes.io/service-name";
  private static final String NAMES = "FQDN";

  /**
   * Where one endpoint is.
   *
   * @param pod its name; null: no pod
   * @param zone empty: not known
   */
  record Place(String address, @Nullable String pod, String zone) {}

  SliceFacts {
    ports = Map.copyOf(ports);
    ready = List.copyOf(ready);
  }

  static SliceFacts of(EndpointSlice slice) {
    Map<String, String> labels = slice.getMetadata().getLabels();
    Map<String, Integer> ports = new HashMap<>();
    for (EndpointPort port : slice.getPorts()) {
      if (port.getPort() != null) {
        ports.put(port.getName() == null ? "" : port.getName(), port.getPort());
      }
    }
    List<Place> ready = new ArrayList<>();
    if (!NAMES.equals(slice.getAddressType())) {
      for (Endpoint endpoint : slice.getEndpoints()) {
        if (isReady(endpoint)) {
          endpoint.getAddresses().forEach(address -> ready.add(place(endpoint, address)));
        }
      }
    }
    return new SliceFacts(
        slice.getMetadata().getNamespace(),
        labels == null ? "" : labels.getOrDefault(SERVICE, ""),
        ports,
        ready);
  }

  /** Where nothing is said, it is ready. */
  private static boolean isReady(Endpoint endpoint) {
    return endpoint.getConditions() == null
        || !Boolean.FALSE.equals(endpoint.getConditions().getReady());
  }

  private static Place place(Endpoint endpoint, String address) {
    var target = endpoint.getTargetRef();
    return new Place(
        address,
        target != null && "Pod".equals(target.getKind()) ? target.getName() : null,
        endpoint.getZone() == null ? "" : endpoint.getZone());
  }
}
