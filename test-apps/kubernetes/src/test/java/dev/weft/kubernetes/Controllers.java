package dev.weft.kubernetes;

import dev.weft.harness.HarnessException;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What a cluster's controllers and its scheduler do with a Deployment, a Job and a Service, on one
 * node and once: pods as a ReplicaSet or Job would make them, and EndpointSlices of those that run.
 */
final class Controllers {

  private static final String HASH = "6d4cf56db6";

  private final KubernetesClient client;
  private final TestNode node;
  private int pods;

  Controllers(KubernetesClient client, TestNode node) {
    this.client = client;
    this.node = node;
  }

  /** Creates a pod of a Deployment, through all that admits pods; does not run it. */
  Pod create(Deployment deployment) {
    return create(
        deployment.getSpec().getTemplate(),
        deployment.getMetadata().getNamespace(),
        Map.of("pod-template-hash", HASH),
        new OwnerReferenceBuilder()
            .withApiVersion("apps/v1")
            .withKind("ReplicaSet")
            .withName(deployment.getMetadata().getName() + "-" + HASH)
            .withUid(UUID.randomUUID().toString())
            .withController(true)
            .build());
  }

  /** Creates the pod of a Job that is in the API server and runs it. */
  TestNode.Running run(Job job) throws IOException, HarnessException, InterruptedException {
    String name = job.getMetadata().getName();
    return node.run(
        create(
            job.getSpec().getTemplate(),
            job.getMetadata().getNamespace(),
            Map.of("batch.kubernetes.io/job-name", name),
            new OwnerReferenceBuilder()
                .withApiVersion("batch/v1")
                .withKind("Job")
                .withName(name)
                .withUid(job.getMetadata().getUid())
                .withController(true)
                .build()));
  }

  private Pod create(
      PodTemplateSpec template,
      String namespace,
      Map<String, String> labels,
      OwnerReference owner) {
    Pod pod =
        new PodBuilder()
            .withMetadata(template.getMetadata())
            .withSpec(template.getSpec())
            .editMetadata()
            .withName(owner.getName() + "-" + ++pods)
            .withNamespace(namespace)
            .addToLabels(labels)
            .withOwnerReferences(owner)
            .endMetadata()
            .editSpec()
            .withNodeName(TestNode.NAME)
            .endSpec()
            .build();
    return client.resource(pod).create();
  }

  /** Creates a pod of a Deployment and runs it. */
  TestNode.Running run(Deployment deployment)
      throws IOException, HarnessException, InterruptedException {
    return node.run(create(deployment));
  }

  /** Tells of every Service who serves it now. */
  void endpoints() throws IOException {
    Map<String, Collection<String>> names = new HashMap<>();
    for (Service service : client.services().inAnyNamespace().list().getItems()) {
      if (service.getSpec().getSelector() == null || service.getSpec().getSelector().isEmpty()) {
        continue;
      }
      List<TestNode.Running> serving = serving(service);
      String name = service.getMetadata().getName();
      String namespace = service.getMetadata().getNamespace();
      // A pod at another port than the others has a slice of its own.
      Map<Map<String, Integer>, List<TestNode.Running>> byPorts = new LinkedHashMap<>();
      serving.forEach(
          pod ->
              byPorts
                  .computeIfAbsent(ports(service, pod.pod()), any -> new ArrayList<>())
                  .add(pod));
      int number = 0;
      for (Map.Entry<Map<String, Integer>, List<TestNode.Running>> each : byPorts.entrySet()) {
        client
            .resource(slice(service, name + "-" + number++, each.getKey(), each.getValue()))
            .serverSideApply();
      }
      if (byPorts.isEmpty()) {
        client
            .discovery()
            .v1()
            .endpointSlices()
            .inNamespace(namespace)
            .withName(name + "-0")
            .delete();
      }
      names.put(
          name + "." + namespace + ".svc",
          serving.stream().map(TestNode.Running::address).toList());
    }
    node.hosts(names);
  }

  private List<TestNode.Running> serving(Service service) {
    return node.pods().stream()
        .filter(
            pod ->
                pod.pod().getMetadata().getNamespace().equals(service.getMetadata().getNamespace())
                    && pod.pod()
                        .getMetadata()
                        .getLabels()
                        .entrySet()
                        .containsAll(service.getSpec().getSelector().entrySet()))
        .toList();
  }

  private static Map<String, Integer> ports(Service service, Pod pod) {
    Map<String, Integer> ports = new LinkedHashMap<>();
    for (ServicePort port : service.getSpec().getPorts()) {
      String named = port.getTargetPort() == null ? null : port.getTargetPort().getStrVal();
      Optional<Integer> number =
          named == null
              ? Optional.of(
                  port.getTargetPort() == null ? port.getPort() : port.getTargetPort().getIntVal())
              : named(pod, named);
      number.ifPresent(each -> ports.put(port.getName() == null ? "" : port.getName(), each));
    }
    return ports;
  }

  private static Optional<Integer> named(Pod pod, String name) {
    return pod.getSpec().getContainers().stream()
        .map(Container::getPorts)
        .flatMap(List::stream)
        .filter(port -> name.equals(port.getName()))
        .map(ContainerPort::getContainerPort)
        .findFirst();
  }

  private static EndpointSlice slice(
      Service service, String name, Map<String, Integer> ports, List<TestNode.Running> pods) {
    return new EndpointSliceBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(service.getMetadata().getNamespace())
        .addToLabels("kubernetes.io/service-name", service.getMetadata().getName())
        .addToLabels("endpointslice.kubernetes.io/managed-by", "test")
        .endMetadata()
        .withAddressType("IPv4")
        .withPorts(
            ports.entrySet().stream()
                .map(
                    port ->
                        new EndpointPortBuilder()
                            .withName(port.getKey())
                            .withPort(port.getValue())
                            .withProtocol("TCP")
                            .build())
                .toList())
        .withEndpoints(
            pods.stream()
                .map(
                    pod ->
                        new EndpointBuilder()
                            .withAddresses(pod.address())
                            .withNodeName(TestNode.NAME)
                            .withNewConditions()
                            .withReady(true)
                            .withServing(true)
                            .endConditions()
                            .withNewTargetRef()
                            .withKind("Pod")
                            .withName(pod.pod().getMetadata().getName())
                            .withNamespace(pod.pod().getMetadata().getNamespace())
                            .withUid(pod.pod().getMetadata().getUid())
                            .endTargetRef()
                            .build())
                .toList())
        .build();
  }
}
