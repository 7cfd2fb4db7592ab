package dev.weft.bookinfo.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The running processes: the control service, and the applications with the agent attached. */
final class Stack implements AutoCloseable {

  private static final Pattern READY = Pattern.compile(" is ready on port (\\d+)");
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration GRACE = Duration.ofSeconds(15);

  private final Repository repository;
  private final Workspace workspace;
  private final List<Child> applications = new ArrayList<>();
  private final List<Child> controls = new ArrayList<>();
  private boolean closed;

  Stack(Repository repository, Workspace workspace) {
    this.repository = repository;
    this.workspace = workspace;
  }

  /** Starts the control service and waits until it serves; returns its address, host:port. */
  String startControl() throws IOException, DemoException, InterruptedException {
    String address = "127.0.0.1:" + freePort();
    List<String> command =
        java(
            repository.weftctl(),
            "up",
            "--config",
            workspace.configuration().toString(),
            "--listen",
            address);
    Child control = start(controls, "control", command, Map.of());
    control.await(Pattern.compile(Pattern.quote(address)), PATIENCE);
    return address;
  }

  /** Starts every application and waits until all say that they are ready; productpage's URL. */
  URI startApplications(String control, URI collector)
      throws IOException, DemoException, InterruptedException {
    Map<Workload, Child> started = new HashMap<>();
    for (Workload workload : Workload.ALL) {
      List<String> command = java(workload.jar(repository.bookinfo()));
      Map<String, String> settings = settings(workload, control, collector);
      started.put(workload, start(applications, workload.name(), command, settings));
    }
    String port = "";
    for (Workload workload : Workload.ALL) {
      Child child = started.get(workload);
      if (child != null) {
        String ready = child.await(READY, PATIENCE).group(1);
        port = workload.service().equals("productpage") ? ready : port;
      }
    }
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Processes that have ended although nobody asked them to. */
  synchronized List<Child> lost() {
    return closed ? List.of() : applications.stream().filter(child -> !child.alive()).toList();
  }

  /** Stops the applications, then the control service; the second time it does nothing. */
  @Override
  public void close() throws InterruptedException {
    List<Child> first;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      first = List.copyOf(applications);
    }
    stop(first);
    stop(controls);
  }

  private static void stop(List<Child> children) throws InterruptedException {
    children.forEach(Child::terminate);
    for (Child child : children) {
      child.awaitEnd(GRACE);
    }
  }

  /** Nothing starts once the stack is closing, so that nothing is left running. */
  private synchronized Child start(
      List<Child> kind, String name, List<String> command, Map<String, String> settings)
      throws IOException, DemoException {
    if (closed) {
      throw new DemoException("stopped");
    }
    Child child = Child.start(name, command, settings, workspace.logs());
    kind.add(child);
    return child;
  }

  /** All that makes an ordinary application part of the mesh is its environment. */
  private Map<String, String> settings(Workload workload, String control, URI collector) {
    return Map.of(
        "PORT",
        "0",
        "GRPC_PORT",
        "0",
        "SERVICE_VERSION",
        workload.version(),
        "HOSTNAME",
        workload.name(),
        "JAVA_TOOL_OPTIONS",
        "-javaagent:" + repository.agent(),
        "WEFT_CONTROL",
        control,
        "OTEL_SERVICE_NAME",
        workload.service(),
        "OTEL_RESOURCE_ATTRIBUTES",
        "service.version=" + workload.version(),
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        collector.toString());
  }

  private static List<String> java(Path jar, String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx192m"); // eight of them have room on a laptop
    command.add("-jar");
    command.add(jar.toString());
    command.addAll(List.of(args));
    return command;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
