package dev.weft.bookinfo.demo;

import dev.weft.harness.Child;
import dev.weft.harness.ControlService;
import dev.weft.harness.HarnessException;
import dev.weft.harness.Java;
import dev.weft.harness.Repository;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The running processes: the control service, and the applications with the agent attached. */
final class Stack implements AutoCloseable {

  private static final Pattern READY = Pattern.compile(" is ready on port (\\d+)");
  private static final Pattern GRPC_READY = Pattern.compile(" gRPC on port (\\d+)");
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration GRACE = Duration.ofSeconds(15);

  private final Repository repository;
  private final Workspace workspace;
  private final Map<Workload, Child> applications = new LinkedHashMap<>();
  private final List<URI> probes = new ArrayList<>();
  private final List<String> ratingsTargets = new ArrayList<>();
  private @Nullable ControlService control;
  private boolean closed;

  Stack(Repository repository, Workspace workspace) {
    this.repository = repository;
    this.workspace = workspace;
  }

  /** Starts the control service and waits until it serves. */
  ControlService startControl() throws IOException, HarnessException, InterruptedException {
    ControlService started;
    synchronized (this) {
      refuseWhenClosed();
      started =
          ControlService.start(
              repository, workspace.configuration(), workspace.state(), workspace.logs());
      control = started;
    }
    started.awaitServing();
    return started;
  }

  /**
   * Starts every application and waits until all say that they are ready.
   *
   * @return where each serves, by the workload's name
   */
  Map<String, URI> startApplications(ControlService control, URI collector)
      throws IOException, HarnessException, InterruptedException {
    Map<String, String> more = new HashMap<>();
    for (Workload workload : Workload.ALL) {
      Child child = start(workload, control, collector, workload.asksDatabase() ? more : Map.of());
      if (workload.isDatabase()) {
        more.put("DATABASE_URL", "jdbc:h2:tcp://127.0.0.1:" + port(child) + "/mem:ratings");
      }
    }
    Map<String, URI> serving = new HashMap<>();
    for (Map.Entry<Workload, Child> application : applications.entrySet()) {
      URI uri = URI.create("http://127.0.0.1:" + port(application.getValue()));
      Workload workload = application.getKey();
      if (!workload.isDatabase()) {
        probes.add(uri.resolve(workload.probe()));
      }
      if (workload.isRatings()) {
        ratingsTargets.add(
            "127.0.0.1:" + application.getValue().await(GRPC_READY, PATIENCE).group(1));
      }
      serving.put(workload.name(), uri);
    }
    return serving;
  }

  /** For every application a page that it serves once it is ready. */
  List<URI> probes() {
    return List.copyOf(probes);
  }

  /** Where ratings serves gRPC, {@code host:port} of every version. */
  List<String> ratingsTargets() {
    return List.copyOf(ratingsTargets);
  }

  /** The last lines that an application has said. */
  synchronized String tail(Workload workload) {
    Child child = applications.get(workload);
    return child == null ? "" : child.tail();
  }

  /** Applications that have ended although nobody asked them to. */
  synchronized List<Child> lost() {
    return closed
        ? List.of()
        : applications.values().stream().filter(child -> !child.alive()).toList();
  }

  /** Stops the applications, then the control service; the second time it does nothing. */
  @Override
  public void close() throws InterruptedException {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    applications.values().forEach(Child::terminate);
    for (Child application : applications.values()) {
      application.awaitEnd(GRACE);
    }
    if (control != null) {
      control.close();
    }
  }

  private static String port(Child application) throws HarnessException, InterruptedException {
    return application.await(READY, PATIENCE).group(1);
  }

  private synchronized Child start(
      Workload workload, ControlService control, URI collector, Map<String, String> more)
      throws IOException, HarnessException, InterruptedException {
    refuseWhenClosed();
    Map<String, String> environment =
        control.identifiedEnvironment(workload.service(), workload.version());
    environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", collector.toString());
    environment.put("SERVICE_VERSION", workload.version());
    environment.put("HOSTNAME", workload.name());
    environment.put("PORT", "0");
    environment.put("GRPC_PORT", "0");
    environment.putAll(more);
    List<String> command = Java.jar(workload.jar(repository));
    Child child = Child.start(workload.name(), command, environment, workspace.logs());
    applications.put(workload, child);
    return child;
  }

  /** So that nothing is left running that was started while all was being stopped. */
  private void refuseWhenClosed() throws HarnessException {
    if (closed) {
      throw new HarnessException("stopped");
    }
  }
}
