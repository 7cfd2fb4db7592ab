package dev.weft.testapps.bench;

import dev.weft.harness.Child;
import dev.weft.harness.ControlService;
import dev.weft.harness.HarnessException;
import dev.weft.harness.Java;
import dev.weft.testapps.bench.load.Load;
import dev.weft.testapps.bench.load.Measured;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** A relay and the echo it asks, in processes of their own. */
final class Pair implements AutoCloseable {

  private static final Pattern READY = Pattern.compile(" is ready on port (\\d+)");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Kind kind;
  private final List<Child> processes = new ArrayList<>();
  private int port;

  private Pair(Kind kind) {
    this.kind = kind;
  }

  /**
   * Starts a pair.
   *
   * @param control whose mesh it may join; not asked by those without the agent
   * @param keystore for those that configure TLS themselves
   * @param requests that a connection to the echo carries; 0: as many as Tomcat allows by itself
   */
  static Pair start(Kind kind, ControlService control, Path keystore, int requests, Path logs)
      throws IOException, HarnessException, InterruptedException {
    Pair pair = new Pair(kind);
    try {
      Map<String, String> echo = environment(kind, control, "echo", keystore);
      if (requests > 0) {
        echo.put("REQUESTS_PER_CONNECTION", Integer.toString(requests));
      }
      int echoPort = pair.launch("EchoApp", echo, logs);
      Map<String, String> relay = environment(kind, control, "relay", keystore);
      String host = kind.isNamedByService() ? "echo:9080" : "127.0.0.1:" + echoPort;
      relay.put("ECHO_URL", (kind == Kind.JSSE ? "https://" : "http://") + host + "/echo");
      pair.port = pair.launch("RelayApp", relay, logs);
      return pair;
    } catch (IOException | HarnessException | InterruptedException e) {
      pair.close();
      throw e;
    }
  }

  Kind kind() {
    return kind;
  }

  Measured run(Load load, Duration duration) throws InterruptedException {
    return load.run(port, "/relay", duration);
  }

  /** Both processes together. */
  Usage usage() throws HarnessException {
    Usage sum = new Usage(0, 0, 0);
    for (Child process : processes) {
      sum = sum.plus(Usage.of(process.pid()));
    }
    return sum;
  }

  /** Waits until one request is answered, as the mesh needs a moment to get to know the pair. */
  void awaitServing() throws HarnessException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Measured probe = new Load(1, 20).run(port, "/relay", Duration.ofMillis(100));
      if (probe.failures() == 0 && probe.answers() > 0) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new HarnessException(
            String.format(
                Locale.ROOT,
                "the %s pair does not serve: %s%n%s",
                kind,
                probe.firstFailure(),
                processes.get(1).tail()));
      }
    }
  }

  @Override
  public void close() throws InterruptedException {
    processes.forEach(Child::terminate);
    for (Child process : processes) {
      process.awaitEnd(PATIENCE);
    }
  }

  private int launch(String app, Map<String, String> environment, Path logs)
      throws IOException, HarnessException, InterruptedException {
    List<String> command =
        List.of(
            Java.tool("java"),
            "-Xmx256m",
            "-XX:-UseDynamicNumberOfCompilerThreads", // their time is measured thread by thread
            "-cp",
            System.getProperty("java.class.path"),
            "dev.weft.testapps.bench.app." + app);
    Child child = Child.start(kind + "-" + app, command, environment, logs);
    processes.add(child);
    return Integer.parseInt(child.await(READY, PATIENCE).group(1));
  }

  private static Map<String, String> environment(
      Kind kind, ControlService control, String service, Path keystore)
      throws IOException, HarnessException, InterruptedException {
    Map<String, String> environment = new HashMap<>();
    if (kind.hasAgent(service.equals("echo"))) {
      environment.putAll(
          kind.hasIdentity()
              ? control.identifiedEnvironment(service, "v1")
              : control.environment(service, "v1"));
      environment.putAll(kind.settings());
    }
    if (kind == Kind.JSSE) {
      environment.put("KEYSTORE", keystore.toString());
      environment.put("KEYSTORE_PASSWORD", Certificate.PASSWORD);
    }
    environment.put("PORT", "0");
    return environment;
  }
}
