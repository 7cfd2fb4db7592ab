package dev.weft.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.Snapshot;
import dev.weft.xds.decode.TrustBundle;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/** A client with quick timing, and all that it says. */
final class ClientUnderTest implements AutoCloseable {

  static final ControlSettings.Timing QUICK =
      new ControlSettings.Timing(
          Duration.ofSeconds(2),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofMillis(20),
          Duration.ofMillis(200));

  final Queue<Snapshot> snapshots = new ConcurrentLinkedQueue<>();
  final List<String> lines = new CopyOnWriteArrayList<>();
  final ControlClient client;
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(r -> new Thread(r, "worker"));
  final BlockingQueue<TrustBundle> bundles = new LinkedBlockingQueue<>();
  private volatile Snapshot last = Snapshot.EMPTY;

  ClientUnderTest(int port) {
    this(port, QUICK);
  }

  ClientUnderTest(int port, ControlSettings.Timing timing) {
    this(settings(port, timing));
  }

  static ControlSettings settings(int port, ControlSettings.Timing timing) {
    ControlSettings.Workload workload =
        new ControlSettings.Workload(
            "i1",
            "web",
            "default",
            Map.of("app", "web", "version", "v1"),
            "127.0.0.1",
            new ControlSettings.ProcessFacts("0.1", "17", 7, "127.0.0.1:15020"));
    return new ControlSettings("127.0.0.1", port, workload, timing);
  }

  ClientUnderTest(ControlSettings settings) {
    client =
        ControlClient.start(
            settings,
            new ControlClient.Surroundings(this::take, bundles::add, worker, new Lines()),
            ChannelFactory.plaintext());
  }

  private void take(Snapshot snapshot) {
    snapshots.add(snapshot);
    last = snapshot;
  }

  Snapshot last() {
    return last;
  }

  /** Waits until the endpoints of this cluster listen on these ports. */
  void awaitPorts(String cluster, Integer... ports) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(ports(last, cluster)).containsExactly(ports));
  }

  static List<Integer> ports(Snapshot snapshot, String cluster) {
    Cluster found = snapshot.clusters().get(cluster);
    return found == null
        ? List.of(-1)
        : found.endpoints().stream().map(each -> each.address().getPort()).toList();
  }

  /** Waits for a line that contains this. */
  void awaitLine(String part) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(lines).anyMatch(line -> line.contains(part)));
  }

  @Override
  public void close() {
    client.close();
    worker.shutdownNow();
  }

  private final class Lines implements ControlLog {
    @Override
    public void info(String line) {
      lines.add(line);
    }

    @Override
    public void warn(String line) {
      lines.add(line);
    }
  }
}
