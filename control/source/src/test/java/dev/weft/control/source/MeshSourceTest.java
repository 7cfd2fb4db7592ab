package dev.weft.control.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weft.control.config.ConfigFile;
import dev.weft.control.config.ConfigReader;
import dev.weft.control.config.Resolver;
import dev.weft.control.model.Listener;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.ModelSource;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.Protocol;
import dev.weft.control.model.ServiceName;
import dev.weft.control.model.TrustSource;
import dev.weft.control.model.Workload;
import dev.weft.control.model.WorkloadSource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class MeshSourceTest {

  private final Changing changing = new Changing();

  @Test
  void configurationAndWorkloadsMeet() {
    try (MeshSource source = open()) {
      List<MeshModel> seen = new CopyOnWriteArrayList<>();
      source.subscribe(seen::add);
      assertThat(seen).containsExactly(source.current());
      assertThat(source.current().services()).isEmpty();
      changing.workloads(List.of(workload("i-1", 9080)));
      await().until(() -> source.current().services().size() == 1);
      changing.files(List.of(file("a.yaml", Yaml.rule("reviews", "v1"))));
      await().until(() -> source.current().rules().size() == 1);
      assertThat(seen.get(seen.size() - 1)).isSameAs(source.current());
      assertThat(source.current().findings())
          .anySatisfy(finding -> assertThat(finding.message()).contains("has no subset v1"));
    }
  }

  @Test
  void aChangeThatSaysNothingNewIsNotAnnounced() {
    try (MeshSource source = open()) {
      changing.workloads(List.of(workload("i-1", 9080)));
      await().until(() -> source.current().services().size() == 1);
      List<MeshModel> seen = new CopyOnWriteArrayList<>();
      source.subscribe(seen::add);
      changing.workloads(List.of(workload("i-1", 9080)));
      changing.workloads(List.of(workload("i-1", 9080), workload("i-2", 9081)));
      await().until(() -> source.current().workloads().size() == 2);
      assertThat(seen).hasSize(2);
    }
  }

  @Test
  void whoHasLeftHearsNothing() {
    try (MeshSource source = open()) {
      List<MeshModel> stayed = new CopyOnWriteArrayList<>();
      List<MeshModel> left = new CopyOnWriteArrayList<>();
      source.subscribe(stayed::add);
      source.subscribe(left::add).close();
      changing.workloads(List.of(workload("i-1", 9080)));
      await().until(() -> stayed.size() == 2);
      assertThat(left).hasSize(1);
    }
  }

  private MeshSource open() {
    return MeshSource.open(
        new Resolver(MeshSettings.DEFAULT), changing, changing.asWorkloads(), TrustSource.NONE);
  }

  private static ConfigFile file(String name, String text) {
    return new ConfigReader(MeshSettings.DEFAULT).read(name, text.getBytes(StandardCharsets.UTF_8));
  }

  private static Workload workload(String id, int port) {
    return Workload.registered(
        id,
        new ServiceName("reviews", new Namespace("default")),
        Map.of(),
        "127.0.0.1",
        List.of(new Listener(port, Protocol.HTTP, "tomcat")));
  }

  /** Sources that change when the test says so. */
  private static final class Changing implements ConfigSource {

    private final Listeners listeners = new Listeners();
    private volatile List<ConfigFile> files = new ArrayList<>();
    private volatile List<Workload> workloads = List.of();

    void files(List<ConfigFile> next) {
      files = next;
      listeners.changed();
    }

    void workloads(List<Workload> next) {
      workloads = next;
      listeners.changed();
    }

    @Override
    public List<ConfigFile> files() {
      return files;
    }

    @Override
    public ModelSource.Subscription onChange(Runnable changed) {
      return listeners.add(changed);
    }

    WorkloadSource asWorkloads() {
      return new WorkloadSource() {
        @Override
        public Snapshot workloads() {
          return new Snapshot(workloads, List.of());
        }

        @Override
        public ModelSource.Subscription onChange(Runnable changed) {
          return listeners.add(changed);
        }
      };
    }
  }
}
