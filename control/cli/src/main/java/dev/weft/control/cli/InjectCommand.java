package dev.weft.control.cli;

import dev.weft.injector.InjectionRules;
import dev.weft.injector.Injector;
import dev.weft.injector.Manifest;
import dev.weft.injector.Notice;
import dev.weft.injector.PodException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weftctl inject -f FILE}: what the webhook would do, without a cluster. */
@Command(
    name = "inject",
    description = {
      "Print resources with their pods injected, as the webhook would inject them.",
      "What is to be said about them goes to standard error. Exits with 1 if a pod that should be",
      "of the mesh could not be injected."
    })
final class InjectCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-f", "--filename"},
      paramLabel = "FILE",
      required = true,
      description = "YAML of Kubernetes; -: standard input.")
  private Path file = Path.of("-");

  @Option(
      names = "--rules",
      paramLabel = "FILE",
      converter = RulesFile.class,
      description = "Rules of injection, as rules.yaml of the ConfigMap weft-injector.")
  private InjectionRules rules = InjectionRules.DEFAULT;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "Of resources that do not say theirs (default: ${DEFAULT-VALUE}).")
  private String namespace = "default";

  @Override
  public Integer call() throws IOException {
    Manifest.Injected injected = injected(text());
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    out.print(injected.yaml());
    out.flush();
    boolean failed = false;
    for (Manifest.Result result : injected.results()) {
      String skipped = result.injection().skipped();
      boolean done = result.injection().isInjected() || !skipped.isEmpty();
      String outcome = result.injection().isInjected() ? "injected" : "not injected";
      err.println(
          result.resource() + ": " + outcome + (skipped.isEmpty() ? "" : ", because " + skipped));
      for (Notice notice : result.injection().notices()) {
        err.println("  " + notice.reason().camelCase() + ": " + notice);
      }
      failed |= !done;
    }
    err.flush();
    return failed ? Weftctl.FAILED : Weftctl.ok();
  }

  private Manifest.Injected injected(String text) throws IOException {
    try {
      return Manifest.inject(text, new Injector(rules), namespace);
    } catch (PodException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  private String text() throws IOException {
    if (file.toString().equals("-")) {
      try (InputStream in = System.in) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    }
    if (!Files.isReadable(file)) {
      throw new ParameterException(
          spec.commandLine(), "--filename: " + file + " (expected: a file to be read)");
    }
    return Files.readString(file);
  }
}
