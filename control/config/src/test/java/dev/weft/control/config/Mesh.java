package dev.weft.control.config;

import dev.weft.control.model.Caller;
import dev.weft.control.model.CallerView;
import dev.weft.control.model.Finding;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.Listener;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.Principal;
import dev.weft.control.model.Protocol;
import dev.weft.control.model.RoutedHost;
import dev.weft.control.model.ServiceAccount;
import dev.weft.control.model.ServiceName;
import dev.weft.control.model.SpiffeId;
import dev.weft.control.model.Workload;
import dev.weft.control.model.WorkloadSource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A model of files and workloads as a test writes them down. */
final class Mesh {

  private final List<ConfigFile> files = new ArrayList<>();
  private final List<Workload> workloads = new ArrayList<>();
  private @Nullable Set<ServiceAccount> accounts;

  Mesh file(String name, String yaml) {
    ConfigFile file =
        new ConfigReader(MeshSettings.DEFAULT).read(name, yaml.getBytes(StandardCharsets.UTF_8));
    if (!file.isValid()) {
      throw new AssertionError(file.findings().toString());
    }
    files.add(file);
    return this;
  }

  Mesh workload(String name, Map<String, String> labels, Listener... listeners) {
    ServiceName service = new ServiceName(name, new Namespace("default"));
    String id = name + "-" + workloads.size();
    String address = "10.0.0." + workloads.size();
    workloads.add(Workload.registered(id, service, labels, address, List.of(listeners)));
    return this;
  }

  /** Proven to be a service account of its own name that may serve these. */
  Mesh proven(String name, Set<String> services, Map<String, String> labels, int port) {
    workload(name, labels, http(port));
    SpiffeId id = SpiffeId.parse("spiffe://cluster.local/ns/default/sa/" + name);
    int last = workloads.size() - 1;
    workloads.set(last, workloads.get(last).withPrincipal(new Principal(id, services)));
    return this;
  }

  /** These are all, each as {@code namespace/name}. */
  Mesh accounts(String... all) {
    accounts = new HashSet<>();
    for (String each : all) {
      String[] parts = each.split("/", 2);
      accounts.add(new ServiceAccount(new Namespace(parts[0]), parts[1]));
    }
    return this;
  }

  static Listener http(int port) {
    return new Listener(port, Protocol.HTTP, "tomcat");
  }

  static Listener grpc(int port) {
    return new Listener(port, Protocol.GRPC, "grpc");
  }

  MeshModel model() {
    return new Resolver(MeshSettings.DEFAULT)
        .resolve(files, new WorkloadSource.Snapshot(workloads, List.of(), accounts));
  }

  CallerView view() {
    return model().view(new Caller(new Namespace("default"), Map.of()));
  }

  /**
   * Where requests to an authority end, as {@code address:port}, for the sole destination of its
   * only route.
   */
  List<String> endpoints(String authority) {
    CallerView view = view();
    RoutedHost host = view.resolve(authority).orElseThrow();
    return view
        .cluster(view.routes(host).get(0).destinations().get(0).destination())
        .orElseThrow()
        .endpoints()
        .stream()
        .map(endpoint -> endpoint.address() + ":" + endpoint.port())
        .toList();
  }

  List<String> findings(FindingCode code) {
    return model().findings().stream()
        .filter(finding -> finding.code() == code)
        .map(Finding::toString)
        .toList();
  }

  List<ConfigFile> files() {
    return files;
  }
}
