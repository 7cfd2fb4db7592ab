package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.harness.Ports;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** A control service and applications under the agent, in processes of their own. */
public final class Mesh implements AutoCloseable {

  private final Path directory;
  private final int port = Ports.free();
  private final int admin = Ports.free();
  private final int tls = Ports.free();
  private final List<String> options;
  private final List<Jvm> processes = new ArrayList<>();
  private Jvm control;

  public Mesh() {
    this(new String[0]);
  }

  /** A control service with these options besides. */
  public Mesh(String... options) {
    this.options = List.of(options);
    try {
      directory = Files.createTempDirectory("weft-e2e");
      Files.createDirectories(directory.resolve("config"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    control = startControl();
  }

  private Jvm startControl() {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-jar",
                Layout.weftctl().toString(),
                "up",
                "--config",
                directory.resolve("config").toString(),
                "--state",
                directory.resolve("state").toString(),
                "--listen",
                "127.0.0.1:" + port,
                "--tls-listen",
                "127.0.0.1:" + tls,
                "--admin",
                "127.0.0.1:" + admin));
    arguments.addAll(options);
    Jvm started = Jvm.start("control", Map.of(), arguments);
    processes.add(started);
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> accepts(admin));
    return started;
  }

  private static boolean accepts(int port) {
    try (java.net.Socket socket = new java.net.Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  public void killControl() {
    control.kill();
  }

  public void restartControl() {
    control = startControl();
  }

  public Jvm control() {
    return control;
  }

  /** Puts a file into the configuration directory at once, as an editor would. */
  public void configure(String file, String yaml) {
    try {
      Path draft = Files.writeString(directory.resolve(file + ".draft"), yaml);
      Files.move(draft, directory.resolve("config").resolve(file), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An application of this service under the agent; ready when it says so. */
  public Jvm start(String service, String version, Class<?> main, String... arguments) {
    return start(service, version, Map.of(), main, arguments);
  }

  /** The same, with variables of its own. */
  public Jvm start(
      String service, String version, Map<String, String> more, Class<?> main, String... args) {
    Map<String, String> environment = new HashMap<>();
    environment.put("JAVA_TOOL_OPTIONS", "-javaagent:" + Layout.agent());
    environment.put("WEFT_CONTROL", "127.0.0.1:" + port);
    environment.put("OTEL_SERVICE_NAME", service);
    environment.put("OTEL_RESOURCE_ATTRIBUTES", "service.version=" + version);
    environment.putAll(more);
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("-Xmx256m", "-cp", classPath(), main.getName()));
    arguments.addAll(List.of(args));
    Jvm jvm = Jvm.start(service + "-" + version, environment, arguments);
    processes.add(jvm);
    jvm.await("ready");
    return jvm;
  }

  /**
   * Of the tests, without the agent: the build has it there to make it first, no application has.
   */
  private static String classPath() {
    String agent = Layout.agent().toString();
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> !entry.equals(agent))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /**
   * What makes an application a member, by the service account of its name: variables for {@link
   * #start}.
   */
  public Map<String, String> identity(String service) {
    Path file = directory.resolve(service + ".token");
    try {
      if (!Files.exists(file)) {
        Files.writeString(file, token(service, "--service", service));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Map.of("WEFT_CONTROL", tlsAddress(), "WEFT_TOKEN_FILE", file.toString());
  }

  /** The same, with its metrics on this port. */
  public Map<String, String> identity(String service, int metrics) {
    Map<String, String> environment = new HashMap<>(identity(service));
    environment.put("WEFT_METRICS_ADDRESS", "127.0.0.1:" + metrics);
    return environment;
  }

  /** A join token for this service account. */
  public String token(String account, String... options) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("-jar", Layout.weftctl().toString(), "token", "make"));
    arguments.addAll(List.of("--state", state().toString(), "--service-account", account));
    arguments.addAll(List.of(options));
    try (Jvm made = Jvm.start("token", Map.of(), arguments)) {
      int exit = made.exit();
      String output = String.join("\n", made.output());
      assertThat(exit).as(output).isZero();
      return made.output().stream()
          .filter(line -> line.startsWith("ey"))
          .findFirst()
          .orElseThrow(() -> new AssertionError(output));
    }
  }

  /** What {@code weftctl root} with this step said; whether it was done. */
  public boolean root(String... step) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("-jar", Layout.weftctl().toString(), "root"));
    arguments.addAll(List.of(step));
    arguments.addAll(List.of("--state", state().toString()));
    try (Jvm made = Jvm.start("root", Map.of(), arguments)) {
      int exit = made.exit();
      String output = String.join("\n", made.output());
      assertThat(output)
          .satisfiesAnyOf(
              any -> assertThat(exit).isZero(), any -> assertThat(any).contains("too early"));
      return exit == 0;
    }
  }

  /** Where agents without an identity connect, and whoever else speaks xDS: a port. */
  public int port() {
    return port;
  }

  /** Where agents with an identity connect. */
  public String tlsAddress() {
    return "127.0.0.1:" + tls;
  }

  /** Where the control service keeps what survives it. */
  public Path state() {
    return directory.resolve("state");
  }

  /** What {@code weftctl status} prints. */
  public String status(String... options) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(
        List.of("-jar", Layout.weftctl().toString(), "status", "--server", "127.0.0.1:" + admin));
    arguments.addAll(List.of(options));
    try (Jvm status = Jvm.start("status", Map.of(), arguments)) {
      int exit = status.exit();
      String output = String.join("\n", status.output());
      assertThat(exit).as(output).isZero();
      return output;
    }
  }

  /** The same in JSON, asked of the control service itself. */
  public String statusNow() throws IOException {
    try {
      return EnvoyProcess.get(admin, "/status").body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    processes.forEach(Jvm::close);
    Layout.delete(directory);
  }
}
