package dev.weft.control.cli;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.weft.control.kubernetes.check.PodView;
import dev.weft.control.model.Caller;
import dev.weft.control.model.CallerView;
import dev.weft.control.model.DestinationPolicy;
import dev.weft.control.model.Endpoint;
import dev.weft.control.model.Finding;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.PeerPolicy;
import dev.weft.control.model.ResourceId;
import dev.weft.control.model.RoutingRule;
import dev.weft.control.model.Service;
import dev.weft.control.model.ServicePort;
import dev.weft.control.model.Sidecar;
import dev.weft.control.model.Subset;
import dev.weft.control.model.Workload;
import dev.weft.control.model.WorkloadPolicy;
import dev.weft.control.server.StatusJson;
import dev.weft.control.server.status.Status;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What applies to one pod; its JSON form is an interface.
 *
 * @param identity null: nobody believes that it is part of the mesh
 * @param mtls what it demands of its callers, {@code STRICT, 8081 PERMISSIVE}
 * @param outbound what becomes of its calls to hosts that the mesh does not know
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record PodDescription(
    String namespace,
    String name,
    List<String> addresses,
    List<String> injected,
    List<String> notes,
    @Nullable String identity,
    List<Served> serves,
    @Nullable String mtls,
    List<String> inboundPolicies,
    @Nullable String sidecar,
    @Nullable String outbound,
    int services,
    @JsonIgnore List<Finding> findings) {

  /** As every other command writes them. */
  @JsonProperty("findings")
  List<Status.FindingState> findingStates() {
    return StatusJson.findings(findings);
  }

  /**
   * A service that it is an endpoint of.
   *
   * @param ports {@code 9080 http → 8080}, each
   * @param endpoints how many there are of the first of these ports
   * @param rules what its callers go by
   * @param subsets those that it is part of, {@code reviews/v1}
   */
  record Served(
      String host,
      List<String> ports,
      int endpoints,
      List<String> rules,
      List<String> policies,
      List<String> subsets) {}

  /**
   * Describes one.
   *
   * @param workload null: it has no address, so that it is nobody's endpoint yet
   */
  static PodDescription of(PodView pod, MeshModel model, @Nullable Workload workload) {
    if (workload == null) {
      List<String> notes = new ArrayList<>(pod.notes());
      notes.add("it has no address (expected: one that runs); what applies to it is not known");
      return new PodDescription(
          pod.namespace(),
          pod.name(),
          List.of(),
          pod.injected(),
          notes,
          null,
          List.of(),
          null,
          List.of(),
          null,
          null,
          0,
          List.of());
    }
    Set<ResourceId> concerned = new LinkedHashSet<>();
    List<Served> serves = served(model, workload, concerned);
    List<String> inbound = inbound(model, workload, concerned);
    Sidecar sidecar = model.sidecar(workload.namespace(), workload.labels());
    CallerView view = model.view(new Caller(workload.namespace(), workload.labels()));
    if (sidecar != null) {
      concerned.add(sidecar.id());
    }
    return new PodDescription(
        pod.namespace(),
        pod.name(),
        pod.addresses(),
        pod.injected(),
        pod.notes(),
        workload.identity() == null ? null : workload.identity().toString(),
        serves,
        model.inbound(workload.namespace(), workload.labels()).toString(),
        inbound,
        sidecar == null ? null : sidecar.id().toString(),
        view.outbound().toString(),
        view.services().size(),
        findings(model, pod, concerned));
  }

  private static List<Served> served(
      MeshModel model, Workload workload, Set<ResourceId> concerned) {
    List<Served> all = new ArrayList<>();
    for (Service service : model.services()) {
      List<String> ports = new ArrayList<>();
      int endpoints = 0;
      for (ServicePort port : service.ports()) {
        List<Endpoint> of = service.endpoints(port.number());
        for (Endpoint endpoint : of) {
          if (isOf(endpoint, workload)) {
            ports.add(
                port.number()
                    + " "
                    + port.protocol().name().toLowerCase(Locale.ROOT)
                    + " → "
                    + endpoint.port());
            endpoints = Math.max(endpoints, of.size());
          }
        }
      }
      if (!ports.isEmpty()) {
        concerned.add(
            new ResourceId(
                service.origin() == Service.Origin.SERVICE_ENTRY ? "ServiceEntry" : "Service",
                service.namespace(),
                service.host().value().split("\\.", 2)[0]));
        all.add(served(model, workload, service, new Ports(ports, endpoints), concerned));
      }
    }
    return all;
  }

  private record Ports(List<String> shown, int endpoints) {}

  private static boolean isOf(Endpoint endpoint, Workload workload) {
    Workload serves = endpoint.workload();
    return serves != null && serves.id().equals(workload.id());
  }

  private static Served served(
      MeshModel model, Workload workload, Service service, Ports ports, Set<ResourceId> concerned) {
    List<RoutingRule> rules =
        model.rules().stream()
            .filter(it -> it.hosts().stream().anyMatch(host -> host.covers(service.host())))
            .toList();
    List<DestinationPolicy> policies =
        model.policies().stream().filter(it -> it.host().covers(service.host())).toList();
    List<String> subsets = new ArrayList<>();
    for (DestinationPolicy policy : policies) {
      for (Subset subset : policy.subsets()) {
        if (workload.labels().entrySet().containsAll(subset.labels().entrySet())) {
          subsets.add(policy.id().name() + "/" + subset.name());
        }
      }
    }
    rules.forEach(it -> concerned.add(it.id()));
    policies.forEach(it -> concerned.add(it.id()));
    return new Served(
        service.host().value(),
        ports.shown,
        ports.endpoints,
        rules.stream().map(it -> it.id().toString()).toList(),
        policies.stream().map(it -> it.id().toString()).toList(),
        subsets);
  }

  /** Of all kinds, what it enforces on who calls it. */
  private static List<String> inbound(
      MeshModel model, Workload workload, Set<ResourceId> concerned) {
    Namespace namespace = workload.namespace();
    Namespace root = model.settings().rootNamespace();
    List<String> shown = new ArrayList<>();
    for (PeerPolicy policy : model.peerPolicies()) {
      boolean whole =
          !policy.selects()
              && (policy.id().namespace().equals(namespace)
                  || policy.id().namespace().equals(root));
      if (whole || policy.selects(namespace, workload.labels())) {
        concerned.add(policy.id());
        shown.add(policy.id() + ": " + policy.mode());
      }
    }
    model
        .authorization(namespace, workload.labels())
        .forEach(
            it -> {
              concerned.add(it.id());
              shown.add(it.id() + ": " + it.action() + (it.dryRun() ? ", a trial" : ""));
            });
    Stream<WorkloadPolicy> others =
        Stream.concat(
            model.requestAuthentication().stream()
                .filter(it -> it.isFor(namespace, workload.labels(), root)),
            model.rateLimits(namespace, workload.labels()).stream());
    others.forEach(
        it -> {
          concerned.add(it.id());
          shown.add(it.id().toString());
        });
    return shown;
  }

  /** Those of what applies to it, and those that name it. */
  private static List<Finding> findings(MeshModel model, PodView pod, Set<ResourceId> concerned) {
    return model.findings().stream()
        .filter(
            it ->
                (it.resource() != null && concerned.contains(it.resource()))
                    || it.message().contains(pod.name()))
        .toList();
  }
}
