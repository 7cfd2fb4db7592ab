package dev.weft.control.cli;

import dev.weft.control.ca.RootRotation;
import dev.weft.control.kubernetes.SecretStore;
import dev.weft.control.server.ControlSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code weftctl root …}: the mesh's roots, in the state directory of a control service. */
@Command(
    name = "root",
    description = {
      "Replace the root that all certificates rest on, without an outage: 'rotate' makes a new one",
      "that everybody believes, 'activate' has it sign, 'retire' ends the old one. Each step is",
      "refused until nothing in use rests on what it ends."
    },
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      RootCommand.Listing.class,
      RootCommand.Rotate.class,
      RootCommand.Activate.class,
      RootCommand.Retire.class,
    })
final class RootCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--state",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description = {
        "The state directory of the control service, which may be running",
        "(default: $XDG_STATE_HOME/weft/control-15010, below ~/.local/state)."
      })
  private @Nullable Path state;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command.");
  }

  @Option(
      names = "--ca-secret",
      paramLabel = "NAME",
      scope = ScopeType.INHERIT,
      description = "Instead: the Secret of a cluster with the roots that replicas share.")
  private @Nullable String caSecret;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  private interface Step<T> {
    T take(RootRotation rotation) throws IOException;
  }

  private <T> T rotation(Step<T> step) throws IOException {
    if (caSecret != null) {
      if (state != null) {
        throw new ParameterException(
            spec.commandLine(), "--state and --ca-secret (expected: one of them)");
      }
      try (SecretStore store =
          SecretStore.open(
              cluster.cluster(), SecretStore.Place.ofRoots(cluster.namespace(spec), caSecret))) {
        return step.take(RootRotation.open(store, InstantSource.system()));
      }
    }
    if (cluster.nameCluster() || cluster.namespace() != null) {
      throw new ParameterException(
          spec.commandLine(), "a cluster without its Secret (expected: --ca-secret)");
    }
    Path directory =
        state == null ? ControlSettings.defaultState(ControlSettings.DEFAULT_PORT) : state;
    return step.take(RootRotation.open(directory, InstantSource.system()));
  }

  private void line(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(line);
    err.flush();
  }

  /** {@code weftctl root list}. */
  @Command(name = "list", description = "List the roots, and when the next step may be taken.")
  static final class Listing implements Callable<Integer> {

    @Spec private CommandSpec spec = CommandSpec.create();
    @ParentCommand private RootCommand parent = new RootCommand();

    @Override
    public Integer call() throws IOException {
      Table table = new Table("ROOT", "ROLE", "EXPIRES", "NEXT STEP");
      for (RootRotation.Listed root : parent.rotation(RootRotation::list)) {
        table.row(
            root.digest(),
            root.role().name().toLowerCase(Locale.ROOT),
            root.expires().toString(),
            step(root));
      }
      PrintWriter out = spec.commandLine().getOut();
      table.print(out);
      out.flush();
      return Weftctl.ok();
    }

    private static String step(RootRotation.Listed root) {
      Instant when = root.step();
      if (when == null) {
        return "-";
      }
      String command = root.role() == RootRotation.Role.NEXT ? "activate" : "retire";
      return Instant.now().isBefore(when) ? command + " from " + when : command;
    }
  }

  /** {@code weftctl root rotate}. */
  @Command(
      name = "rotate",
      description = {
        "Make a new root. Everybody believes it from now on; it signs nothing before 'activate'."
      })
  static final class Rotate implements Callable<Integer> {

    @ParentCommand private RootCommand parent = new RootCommand();

    @Override
    public Integer call() throws IOException {
      Instant safe = parent.rotation(RootRotation::rotate);
      parent.line("a new root is being distributed; from " + safe + " on: weftctl root activate");
      return Weftctl.ok();
    }
  }

  /** {@code weftctl root activate}. */
  @Command(
      name = "activate",
      description = {
        "Have the new root sign. Refused as long as somebody may have a certificate from before",
        "the new root was made, and may not have heard of it."
      })
  static final class Activate implements Callable<Integer> {

    @ParentCommand private RootCommand parent = new RootCommand();

    @Option(
        names = "--now",
        description = {
          "Do not wait: whoever has not heard of the new root yet refuses whoever has a newer",
          "certificate. For a root whose key others have."
        })
    private boolean now;

    @Override
    public Integer call() throws IOException {
      Instant safe = parent.rotation(it -> it.activate(haste(now)));
      parent.line("the new root signs; from " + safe + " on: weftctl root retire");
      return Weftctl.ok();
    }
  }

  /** {@code weftctl root retire}. */
  @Command(
      name = "retire",
      description = {
        "End the old root: certificates that it has signed are refused. Refused as long as some",
        "may be in use. Join tokens that name it remain good."
      })
  static final class Retire implements Callable<Integer> {

    @ParentCommand private RootCommand parent = new RootCommand();

    @Option(
        names = "--now",
        description = {
          "Do not wait: certificates of the old root are refused at once, and join tokens that",
          "name it, or one before it, are worth nothing. For a root whose key others have."
        })
    private boolean now;

    @Override
    public Integer call() throws IOException {
      parent.rotation(
          it -> {
            it.retire(haste(now));
            return it;
          });
      parent.line(
          now
              ? "the old root is believed no more, and tokens that name it are worth nothing"
              : "the old root is believed no more");
      return Weftctl.ok();
    }
  }

  private static RootRotation.Haste haste(boolean now) {
    return now ? RootRotation.Haste.NOW : RootRotation.Haste.WHEN_SAFE;
  }
}
