package dev.weft.control.xds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.model.MeshModel;
import dev.weft.control.model.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When which change goes out, on a clock that the test turns. */
class DebounceTest {

  private static final String RULE =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: r, namespace: default}
      spec: {hosts: [a], http: [{timeout: 1s, route: [{destination: {host: a}}]}]}
      """;

  private long now;
  private final List<Task> tasks = new ArrayList<>();
  private final List<MeshModel> published = new ArrayList<>();
  private final Debounce debounce =
      new Debounce(
          new Debounce.Paces(
              new Pacing(Duration.ofMillis(100), Duration.ofSeconds(1)),
              new Pacing(Duration.ofMillis(5), Duration.ofMillis(50))),
          this::after,
          () -> now,
          published::add);

  /** Something due. */
  private record Task(long at, Runnable what) {}

  private Runnable after(long nanos, Runnable what) {
    Task task = new Task(now + nanos, what);
    tasks.add(task);
    return () -> tasks.remove(task);
  }

  private void pass(long millis) {
    now += Duration.ofMillis(millis).toNanos();
    List<Task> due = tasks.stream().filter(task -> task.at <= now).toList();
    tasks.removeAll(due);
    due.stream().sorted(Comparator.comparing(Task::at)).forEach(task -> task.what.run());
  }

  private static MeshModel rules(int seconds) {
    return Models.read(RULE.replace("1s", seconds + "s"), List.of());
  }

  private static MeshModel endpoint(int port) {
    List<Workload> workloads = List.of(Models.workload("a", "v1", port));
    return Models.read("", workloads);
  }

  @Test
  void rulesWaitForQuiet() {
    debounce.offer(rules(1));
    pass(99);
    debounce.offer(rules(2));
    pass(99);
    assertThat(published).isEmpty();
    pass(1);
    assertThat(published).hasSize(1);
    assertThat(published.get(0).rules().get(0).http().get(0).timeout())
        .isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void butNotForEver() {
    for (int i = 1; i <= 19; i++) {
      debounce.offer(rules(i));
      pass(50);
    }
    assertThat(published).isEmpty();
    debounce.offer(rules(20));
    pass(50);
    assertThat(published).hasSize(1);
  }

  @Test
  void endpointsHardlyWait() {
    debounce.offer(endpoint(1));
    debounce.offer(endpoint(2));
    pass(5);
    assertThat(published).hasSize(1);
  }

  @Test
  void endpointsDoNotOvertakeRules() {
    debounce.offer(rules(1));
    pass(10);
    // The rule is in this model as well, and still fresh.
    debounce.offer(Models.read(RULE, List.of(Models.workload("a", "v1", 1))));
    pass(10);
    assertThat(published).isEmpty();
    pass(90);
    assertThat(published).hasSize(1);
  }
}
