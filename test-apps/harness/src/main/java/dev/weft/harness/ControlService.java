package dev.weft.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A control service of one's own, on free ports of the loopback interface. */
public final class ControlService implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final long POLL_MILLIS = 20;
  private static final Pattern TOKEN = Pattern.compile("^[\\w-]+\\.[\\w-]+\\.[\\w-]+$");
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final HttpClient http = HttpClient.newHttpClient();
  private final Repository repository;
  private final Child process;
  private final Path state;
  private final Path logs;
  private final String address;
  private final String tlsAddress;
  private final int admin;
  private final Map<String, String> tokens = new HashMap<>();

  private ControlService(
      Repository repository, Child process, Path state, Path logs, Addresses addresses) {
    this.repository = repository;
    this.process = process;
    this.state = state;
    this.logs = logs;
    this.address = addresses.plain;
    this.tlsAddress = addresses.tls;
    this.admin = addresses.admin;
  }

  /** Where it listens: for agents without and with an identity, and for those who ask. */
  private record Addresses(String plain, String tls, int admin) {}

  /** Starts it on a directory of configuration; it is not serving yet. */
  public static ControlService start(
      Repository repository, Path configuration, Path state, Path logs)
      throws IOException, HarnessException {
    Addresses addresses =
        new Addresses("127.0.0.1:" + Ports.free(), "127.0.0.1:" + Ports.free(), Ports.free());
    List<String> command =
        Java.jar(
            repository.weftctl(),
            "up",
            "--config",
            configuration.toString(),
            "--state",
            state.toString(),
            "--listen",
            addresses.plain,
            "--tls-listen",
            addresses.tls,
            "--admin",
            "127.0.0.1:" + addresses.admin);
    Child process = Child.start("control", command, Map.of(), logs);
    return new ControlService(repository, process, state, logs, addresses);
  }

  /** Waits until it serves. */
  public void awaitServing() throws HarnessException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!accepts(admin)) {
      if (!process.alive() || System.nanoTime() > deadline) {
        throw new HarnessException(
            "the control service does not serve; it said:\n" + process.tail());
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /** Where agents connect: host:port. */
  public String address() {
    return address;
  }

  /** Where {@code weftctl status --server} and people ask: host:port. */
  public String admin() {
    return "127.0.0.1:" + admin;
  }

  /** What it knows at this moment. */
  public MeshStatus status() throws IOException, HarnessException, InterruptedException {
    URI uri = URI.create("http://" + admin() + "/status");
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(uri).timeout(TIMEOUT).build(),
            HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new HarnessException(uri + ": status " + response.statusCode() + " (expected: 200)");
    }
    return MeshStatus.of(response.body());
  }

  public boolean alive() {
    return process.alive();
  }

  public String tail() {
    return process.tail();
  }

  /**
   * What gives an application an identity as well: a token with which it may be, and serve, this
   * service. The control service must serve already: its state holds the key that signs.
   */
  public Map<String, String> identifiedEnvironment(String service, String version)
      throws IOException, HarnessException, InterruptedException {
    Map<String, String> environment = environment(service, version);
    environment.put("WEFT_CONTROL", tlsAddress);
    environment.put("WEFT_TOKEN", token(service));
    return environment;
  }

  private synchronized String token(String service)
      throws IOException, HarnessException, InterruptedException {
    String known = tokens.get(service);
    if (known != null) {
      return known;
    }
    List<String> command =
        Java.jar(
            repository.weftctl(),
            "token",
            "make",
            "--state",
            state.toString(),
            "--service-account",
            service,
            "--service",
            service);
    Child made = Child.start("token-" + service, command, Map.of(), logs);
    String token = made.await(TOKEN, PATIENCE).group();
    made.awaitEnd(GRACE);
    tokens.put(service, token);
    return token;
  }

  /** All that makes an ordinary application part of the mesh is its environment. */
  public Map<String, String> environment(String service, String version) throws HarnessException {
    Map<String, String> environment = new HashMap<>();
    environment.put("JAVA_TOOL_OPTIONS", "-javaagent:" + repository.agent());
    environment.put("WEFT_CONTROL", address);
    environment.put("OTEL_SERVICE_NAME", service);
    environment.put("OTEL_RESOURCE_ATTRIBUTES", "service.version=" + version);
    return environment;
  }

  @Override
  public void close() throws InterruptedException {
    process.terminate();
    process.awaitEnd(GRACE);
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
