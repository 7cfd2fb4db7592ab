package dev.weft.control.cli;

import dev.weft.control.server.ControlServer;
import dev.weft.control.server.ControlSettings;
import dev.weft.control.server.HostAndPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weftctl up}: the control service in this process, until it is told to stop. */
@Command(
    name = "up",
    description = "Serve a directory of configuration to agents, and follow its changes.")
final class UpCommand implements Callable<Integer> {

  /** The JVM is exiting already, with the signal's code. */
  static final int STOPPED_BY_SIGNAL = -1;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--config",
      required = true,
      paramLabel = "DIR",
      description = "The directory of Istio resources and Services, as YAML.")
  private Path config = Path.of(".");

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      converter = HostPort.class,
      description = "Where agents connect, in plaintext (default: 127.0.0.1:15010).")
  private InetSocketAddress listen =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), ControlSettings.DEFAULT_PORT);

  @Option(
      names = "--admin",
      paramLabel = "HOST:PORT",
      converter = HostPort.class,
      description =
          "Where status and metrics are served; loopback only (default: 127.0.0.1:15014).")
  private InetSocketAddress admin =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), ControlSettings.DEFAULT_ADMIN_PORT);

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = {
        "What survives a restart",
        "(default: $XDG_STATE_HOME/weft/control-PORT, below ~/.local/state)."
      })
  private @Nullable Path state;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Console console = new Console(spec.commandLine().getErr());
    ControlServer server = ControlServer.start(settings());
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.close();
                  console.line("stopped");
                  stopped.countDown();
                },
                "weft-stop"));
    server.models().subscribe(console);
    console.line("agents connect to " + HostAndPort.of(server.address()) + " (WEFT_CONTROL)");
    console.line(
        "status at http://"
            + HostAndPort.of(server.adminAddress())
            + "/status, metrics at /metrics");
    stopped.await();
    return STOPPED_BY_SIGNAL;
  }

  private ControlSettings settings() {
    if (!Files.isDirectory(config)) {
      throw new ParameterException(
          spec.commandLine(), "--config: " + config + " (expected: a directory)");
    }
    try {
      return new ControlSettings(
          config,
          listen,
          admin,
          state == null ? ControlSettings.defaultState(listen.getPort()) : state,
          null);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
    }
  }
}
