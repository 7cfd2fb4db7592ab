package dev.weft.testapps.bench.cluster;

import dev.weft.harness.Child;
import dev.weft.harness.HarnessException;
import dev.weft.harness.Ports;
import dev.weft.harness.Repository;
import dev.weft.harness.TemporaryDirectory;
import dev.weft.harness.kubernetes.Binaries;
import dev.weft.harness.kubernetes.TestCluster;
import dev.weft.testapps.bench.Arguments;
import dev.weft.testapps.bench.Machine;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

/**
 * How soon a control service knows a cluster, how soon its clients know of a change, and what
 * memory it takes. Options, with their defaults: {@code --services 1000 --pods 10 --clients 100
 * --changes 50 --heap 512m}.
 */
public final class ClusterBench {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final long POLL_MILLIS = 10;
  private static final int UNMEASURED = 5;

  private final Arguments arguments;
  private final int services;
  private final int pods;

  private ClusterBench(Arguments arguments) throws HarnessException {
    this.arguments = arguments;
    this.services = arguments.number("--services", 1_000);
    this.pods = arguments.number("--pods", 10);
  }

  public static void main(String[] args) throws Exception {
    new ClusterBench(
            new Arguments(
                List.of(args), List.of("--services", "--pods", "--clients", "--changes", "--heap")))
        .run();
  }

  private void run() throws Exception {
    Binaries binaries =
        Binaries.find()
            .orElseThrow(() -> new HarnessException("no API server: set " + Binaries.VARIABLE));
    System.out.printf(
        Locale.ROOT, "%s%n%d services of %d pods%n", Machine.describe(), services, pods);
    try (TemporaryDirectory directory = TemporaryDirectory.create("weft-cluster-bench-");
        TestCluster cluster = TestCluster.start(binaries);
        KubernetesClient admin =
            new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(cluster.admin().text()))
                .build()) {
      Filling filling = new Filling(admin, services, pods);
      long start = System.nanoTime();
      filling.make();
      say("the API server was filled in", "%.1f s", seconds(start));
      Path kubeconfig = directory.path().resolve("kubeconfig");
      Files.writeString(kubeconfig, cluster.admin().text());
      measure(filling, kubeconfig, directory);
    }
  }

  private void measure(Filling filling, Path kubeconfig, TemporaryDirectory directory)
      throws IOException, HarnessException, InterruptedException, ExecutionException {
    int port = Ports.free();
    int monitoring = Ports.free();
    long start = System.nanoTime();
    Child control =
        Child.start(
            "control",
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + arguments.text("--heap", "512m"),
                "-jar",
                Repository.here().weftctl().toString(),
                "up",
                "--kubeconfig",
                kubeconfig.toString(),
                "--listen",
                "127.0.0.1:" + port,
                "--tls-listen",
                "off",
                "--admin",
                "127.0.0.1:" + Ports.free(),
                "--monitoring",
                "127.0.0.1:" + monitoring,
                "--state",
                directory.directory("state").toString()),
            Map.of(),
            directory.directory("logs"));
    try {
      awaitReady(control, monitoring);
      say("from its start to the first configuration in force", "%.2f s", seconds(start));
      say("resident after that", "%s", resident(control.pid(), "VmRSS"));
      changes(filling, port);
      say("resident at the end", "%s", resident(control.pid(), "VmRSS"));
      say("resident at most", "%s", resident(control.pid(), "VmHWM"));
    } finally {
      control.terminate();
      control.awaitEnd(GRACE);
    }
  }

  private void changes(Filling filling, int port) throws HarnessException, InterruptedException {
    int clients = arguments.number("--clients", 100);
    int changes = arguments.number("--changes", 50);
    String cluster =
        "outbound|"
            + Filling.PORT
            + "||"
            + Filling.name(0)
            + "."
            + Filling.namespace(0)
            + ".svc.cluster.local";
    List<EndpointClient> all = new ArrayList<>();
    try {
      for (int i = 0; i < clients; i++) {
        all.add(new EndpointClient(port, i, cluster));
      }
      for (EndpointClient client : all) {
        client.awaitEndpoints(pods);
      }
      List<Double> millis = new ArrayList<>();
      for (int change = 0; change < UNMEASURED + changes; change++) {
        int ready = change % 2 == 0 ? pods - 1 : pods;
        long asked = System.nanoTime();
        filling.ready(0, ready);
        for (EndpointClient client : all) {
          double took = (client.awaitEndpoints(ready) - asked) / 1e6;
          if (change >= UNMEASURED) {
            millis.add(took);
          }
        }
      }
      Collections.sort(millis);
      System.out.printf(
          Locale.ROOT,
          "one endpoint's change, %d times, until each of %d clients had it:"
              + " p50 %.0f ms, p99 %.0f ms, at most %.0f ms%n",
          changes,
          clients,
          millis.get(millis.size() / 2),
          millis.get(millis.size() * 99 / 100),
          millis.get(millis.size() - 1));
    } finally {
      all.forEach(EndpointClient::close);
    }
  }

  private static void awaitReady(Child control, int port)
      throws IOException, HarnessException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!isReady(port)) {
      if (!control.alive() || System.nanoTime() > deadline) {
        throw new HarnessException("the control service is not ready; it said:\n" + control.tail());
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static boolean isReady(int port) throws IOException {
    HttpURLConnection asked =
        (HttpURLConnection)
            URI.create("http://127.0.0.1:" + port + "/ready").toURL().openConnection();
    try {
      return asked.getResponseCode() == HttpURLConnection.HTTP_OK;
    } catch (java.net.ConnectException e) {
      return false;
    } finally {
      asked.disconnect();
    }
  }

  private static String resident(long pid, String field) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
        .filter(line -> line.startsWith(field + ":"))
        .map(line -> line.replaceAll("\\D", ""))
        .map(kib -> Long.parseLong(kib) / 1_024 + " MiB")
        .collect(Collectors.joining());
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static void say(String what, String format, Object value) {
    System.out.printf(Locale.ROOT, "%s: " + format + "%n", what, value);
  }
}
