package dev.weft.control.xds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.config.ConfigFile;
import dev.weft.control.config.ConfigReader;
import dev.weft.control.config.Resolver;
import dev.weft.control.model.Listener;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.ModelListener;
import dev.weft.control.model.ModelSource;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.Principal;
import dev.weft.control.model.Protocol;
import dev.weft.control.model.ServiceName;
import dev.weft.control.model.SpiffeId;
import dev.weft.control.model.Workload;
import dev.weft.control.model.WorkloadSource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A source of models whose YAML and workloads the test sets. */
final class Models implements ModelSource {

  private final List<ModelListener> listeners = new CopyOnWriteArrayList<>();
  private final List<Workload> workloads = new ArrayList<>();
  private String yaml = "";
  private MeshModel model = MeshModel.EMPTY;

  static MeshModel read(String yaml, List<Workload> workloads) {
    ConfigFile file =
        new ConfigReader(MeshSettings.DEFAULT)
            .read("test.yaml", yaml.getBytes(StandardCharsets.UTF_8));
    assertThat(file.isValid()).as("%s", file.findings()).isTrue();
    return new Resolver(MeshSettings.DEFAULT)
        .resolve(List.of(file), new WorkloadSource.Snapshot(workloads, List.of()));
  }

  /** The model of a file of which only what is valid counts. */
  static MeshModel readAll(String yaml) {
    return readAll(yaml, "");
  }

  /**
   * @param mesh MeshConfig
   */
  static MeshModel readAll(String yaml, String mesh) {
    List<ConfigFile> files = List.of(file("test.yaml", yaml), file("mesh.yaml", mesh));
    return new Resolver(MeshSettings.DEFAULT).resolve(files, WorkloadSource.Snapshot.EMPTY);
  }

  private static ConfigFile file(String name, String yaml) {
    return new ConfigReader(MeshSettings.DEFAULT).read(name, yaml.getBytes(StandardCharsets.UTF_8));
  }

  /** Puts rules in force. */
  void configure(String newYaml) {
    yaml = newYaml;
    changed();
  }

  /** Starts a workload of version {@code version} in the namespace {@code default}. */
  void start(String service, String version, int port) {
    workloads.add(workload(service, version, port));
    changed();
  }

  /** Many services at once, on port 80. */
  void startAll(String prefix, int count) {
    for (int i = 0; i < count; i++) {
      workloads.add(workload(prefix + i, "v1", 80));
    }
    changed();
  }

  void startGrpc(String service, String version, int port) {
    workloads.add(
        Workload.registered(
            service + "-" + version,
            new ServiceName(service, new Namespace("default")),
            Map.of("version", version, "app", service),
            "127.0.0.1",
            List.of(new Listener(port, Protocol.GRPC, "grpc"))));
    changed();
  }

  /** Starts a workload that is proven to be the service account of its service's name. */
  void startProven(String service, String version, int port) {
    workloads.add(proven(service, version, port));
    changed();
  }

  /** One workload goes and another comes in the same model. */
  void replaceProven(String service, String gone, String come, int port) {
    workloads.removeIf(it -> it.name().equals(service) && gone.equals(it.labels().get("version")));
    startProven(service, come, port);
  }

  private static Workload proven(String service, String version, int port) {
    SpiffeId id = SpiffeId.parse("spiffe://cluster.local/ns/default/sa/" + service);
    return workload(service, version, port).withPrincipal(new Principal(id, Set.of(service)));
  }

  void stop(String service, String version) {
    workloads.removeIf(
        it -> it.name().equals(service) && version.equals(it.labels().get("version")));
    changed();
  }

  static Workload workload(String service, String version, int port) {
    return Workload.registered(
        service + "-" + version,
        new ServiceName(service, new Namespace("default")),
        Map.of("version", version, "app", service),
        "127.0.0.1",
        List.of(new Listener(port, Protocol.HTTP, "tomcat")));
  }

  private void changed() {
    model = read(yaml, workloads);
    listeners.forEach(listener -> listener.updated(model));
  }

  void set(MeshModel next) {
    model = next;
    listeners.forEach(listener -> listener.updated(next));
  }

  @Override
  public MeshModel current() {
    return model;
  }

  @Override
  public Subscription subscribe(ModelListener listener) {
    listeners.add(listener);
    listener.updated(model);
    return () -> listeners.remove(listener);
  }
}
