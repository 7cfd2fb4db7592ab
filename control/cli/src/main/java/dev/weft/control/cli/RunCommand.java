package dev.weft.control.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weftctl run -- java …}: runs a command with the agent in its environment. */
@Command(
    name = "run",
    description = {
      "Run a command as part of the mesh: every JVM that it starts is woven.",
      "Only sets variables: JAVA_TOOL_OPTIONS (appended to), WEFT_CONTROL, OTEL_SERVICE_NAME."
    })
final class RunCommand implements Callable<Integer> {

  private static final String TOOL_OPTIONS = "JAVA_TOOL_OPTIONS";

  /** Where the launcher script keeps the variable, so that weftctl itself is not woven. */
  private static final String KEPT_TOOL_OPTIONS = "WEFT_KEPT_JAVA_TOOL_OPTIONS";

  private static final String AGENT = "weft-agent.jar";
  private static final long STOP_SECONDS = 30;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--name", paramLabel = "NAME", description = "The service (OTEL_SERVICE_NAME).")
  private @Nullable String name;

  @Option(names = "--namespace", paramLabel = "NS", description = "Its namespace (WEFT_NAMESPACE).")
  private @Nullable String namespace;

  @Option(
      names = "--control",
      paramLabel = "HOST:PORT",
      description = {
        "The control service (WEFT_CONTROL); default: as set, else 127.0.0.1:15010,",
        "or with a token 127.0.0.1:15012."
      })
  private @Nullable String control;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = {
        "The join token (WEFT_TOKEN_FILE): the workload has an identity, and connects with TLS."
      })
  private @Nullable Path tokenFile;

  @Option(
      names = "--agent",
      paramLabel = "JAR",
      description = "The agent; default: weft-agent.jar beside weftctl.jar.")
  private @Nullable Path agent;

  @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "The command, after --.")
  private List<String> command = List.of();

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (tokenFile != null && !Files.isReadable(tokenFile)) {
      throw new ParameterException(
          spec.commandLine(), "--token-file: " + tokenFile + " (expected: a file to be read)");
    }
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    environment(builder.environment(), agent());
    CompletableFuture<Process> started = new CompletableFuture<>();
    Thread stop = new Thread(() -> stop(started), "weft-run-stop");
    Runtime.getRuntime().addShutdownHook(stop); // first: a command that nobody stops would go on
    try {
      Process process = builder.start();
      started.complete(process);
      return process.waitFor();
    } catch (IOException e) {
      started.cancel(false);
      throw e;
    } finally {
      forget(stop);
    }
  }

  private static void forget(Thread stop) {
    try {
      Runtime.getRuntime().removeShutdownHook(stop);
    } catch (IllegalStateException e) {
      return; // already stopping
    }
  }

  /** We are told to stop: so is the command, which decides how long it takes. */
  private static void stop(CompletableFuture<Process> started) {
    try {
      Process process = started.get(STOP_SECONDS, TimeUnit.SECONDS);
      process.destroy();
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (ExecutionException | CancellationException | TimeoutException e) {
      return; // it has not started
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void environment(Map<String, String> environment, Path jar) {
    String kept = environment.remove(KEPT_TOOL_OPTIONS);
    String before = environment.getOrDefault(TOOL_OPTIONS, kept == null ? "" : kept);
    environment.put(
        TOOL_OPTIONS, before.contains(AGENT) ? before : (before + " " + javaagent(jar)).strip());
    if (tokenFile != null) {
      environment.put("WEFT_TOKEN_FILE", tokenFile.toAbsolutePath().toString());
    }
    boolean hasToken =
        environment.containsKey("WEFT_TOKEN_FILE") || environment.containsKey("WEFT_TOKEN");
    if (control != null) {
      environment.put("WEFT_CONTROL", control);
    } else {
      environment.putIfAbsent("WEFT_CONTROL", hasToken ? "127.0.0.1:15012" : "127.0.0.1:15010");
    }
    if (name != null) {
      environment.put("OTEL_SERVICE_NAME", name);
    }
    if (namespace != null) {
      environment.put("WEFT_NAMESPACE", namespace);
    }
  }

  /** The JVM splits the variable at spaces, but not within quotes. */
  private static String javaagent(Path jar) {
    String option = "-javaagent:" + jar;
    return option.contains(" ") ? '"' + option + '"' : option;
  }

  private Path agent() {
    if (agent != null) {
      if (!Files.isRegularFile(agent)) {
        throw new ParameterException(
            spec.commandLine(), "--agent: " + agent + " (expected: the file " + AGENT + ")");
      }
      return agent.toAbsolutePath();
    }
    return candidates().stream()
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    AGENT + " is none of " + candidates() + " (expected: there, or --agent JAR)"));
  }

  /** Beside weftctl.jar, as installed; or where the build leaves it. */
  private static List<Path> candidates() {
    List<Path> candidates = new ArrayList<>();
    ownJar()
        .map(Path::getParent)
        .ifPresent(
            home -> {
              candidates.add(home.resolve(AGENT));
              candidates.add(home.resolve("../../../agent/dist/target/" + AGENT).normalize());
            });
    return candidates;
  }

  private static Optional<Path> ownJar() {
    var source = RunCommand.class.getProtectionDomain().getCodeSource();
    return source == null
        ? Optional.empty()
        : Optional.of(Path.of(java.net.URI.create(source.getLocation().toString())));
  }
}
