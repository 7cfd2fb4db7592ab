package dev.weft.testapps.bench.cluster;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Services, their pods as a node would report them, and their slices as the controller would write
 * them.
 */
final class Filling {

  static final int PORT = 80;

  private static final int NAMESPACES = 10;
  private static final int THREADS = 8;
  private static final String SERVICE = "kubernetes.io/service-name";

  private final KubernetesClient admin;
  private final int services;
  private final int pods;

  Filling(KubernetesClient admin, int services, int pods) {
    this.admin = admin;
    this.services = services;
    this.pods = pods;
  }

  static String namespace(int service) {
    return "shop-" + service % NAMESPACES;
  }

  static String name(int service) {
    return "service-" + service;
  }

  void make() throws InterruptedException, ExecutionException {
    for (int i = 0; i < NAMESPACES; i++) {
      String name = namespace(i);
      admin
          .namespaces()
          .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
          .create();
      admin
          .serviceAccounts()
          .inNamespace(name)
          .resource(
              new ServiceAccountBuilder()
                  .withNewMetadata()
                  .withName("default")
                  .endMetadata()
                  .build())
          .create();
    }
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int service = 0; service < services; service++) {
        int number = service;
        tasks.add(
            () -> {
              make(number);
              return null;
            });
      }
      for (Future<Void> each : threads.invokeAll(tasks)) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private void make(int service) {
    String namespace = namespace(service);
    admin
        .services()
        .inNamespace(namespace)
        .resource(
            new ServiceBuilder()
                .withNewMetadata()
                .withName(name(service))
                .endMetadata()
                .withNewSpec()
                .addToSelector("app", name(service))
                .addNewPort()
                .withName("http")
                .withPort(PORT)
                .withNewTargetPort(8080)
                .endPort()
                .endSpec()
                .build())
        .create();
    for (int pod = 0; pod < pods; pod++) {
      Pod made = admin.pods().inNamespace(namespace).resource(pod(service, pod)).create();
      made.setStatus(
          new io.fabric8.kubernetes.api.model.PodStatusBuilder()
              .withPhase("Running")
              .withPodIP(address(service, pod))
              .addNewPodIP(address(service, pod))
              .build());
      admin.pods().inNamespace(namespace).resource(made).updateStatus();
    }
    admin
        .discovery()
        .v1()
        .endpointSlices()
        .inNamespace(namespace)
        .resource(slice(service, pods))
        .create();
  }

  private static Pod pod(int service, int pod) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name(service) + "-" + pod)
        .addToLabels("app", name(service))
        .addToLabels("version", "v" + (1 + pod % 2))
        .addToLabels("security.istio.io/tlsMode", "istio")
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("app")
        .withImage("app")
        .addNewPort()
        .withContainerPort(8080)
        .endPort()
        .endContainer()
        .endSpec()
        .build();
  }

  private String address(int service, int pod) {
    int number = service * pods + pod;
    return "10." + (1 + number / 62_500) + "." + number / 250 % 250 + "." + (1 + number % 250);
  }

  /** Of a service, with its first pods ready. */
  private EndpointSlice slice(int service, int ready) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (int pod = 0; pod < pods; pod++) {
      endpoints.add(
          new EndpointBuilder()
              .withAddresses(address(service, pod))
              .withNewConditions()
              .withReady(pod < ready)
              .endConditions()
              .withNewTargetRef()
              .withKind("Pod")
              .withName(name(service) + "-" + pod)
              .withNamespace(namespace(service))
              .endTargetRef()
              .build());
    }
    return new EndpointSliceBuilder()
        .withNewMetadata()
        .withNamespace(namespace(service))
        .withName(name(service) + "-1")
        .addToLabels(SERVICE, name(service))
        .endMetadata()
        .withAddressType("IPv4")
        .addNewPort()
        .withName("http")
        .withPort(8080)
        .endPort()
        .withEndpoints(endpoints)
        .build();
  }

  /** Has so many pods of a service be ready. */
  void ready(int service, int count) {
    admin
        .discovery()
        .v1()
        .endpointSlices()
        .inNamespace(namespace(service))
        .resource(slice(service, count))
        .update();
  }
}
