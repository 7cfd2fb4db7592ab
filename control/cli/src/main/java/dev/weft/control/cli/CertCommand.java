package dev.weft.control.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.weft.control.server.StatusJson;
import dev.weft.control.server.status.Status;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weftctl cert}: certificates, of the mesh or of files; never a key. */
@Command(
    name = "cert",
    description = {
      "Show the certificates of workloads, what they lead to and when they expire; or those of",
      "files. Private keys are passed over."
    })
final class CertCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "0..*",
      paramLabel = "FILE",
      description = "PEM files; without any, the mesh of the control service.")
  private List<Path> files = new ArrayList<>();

  @Mixin private OutputOptions output = new OutputOptions();

  @Mixin private ServerOptions server = new ServerOptions();

  /** What of the state is about certificates, in JSON. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Shown(Status.@Nullable Trust trust, List<Holder> workloads) {}

  /** A workload and the last certificate of its identity. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Holder(
      String name,
      String namespace,
      long pid,
      @Nullable String identity,
      @Nullable String serial,
      @Nullable String expires) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    if (files.isEmpty()) {
      Status status = StatusJson.read(server.status());
      show(
          new Shown(status.trust(), status.workloads().stream().map(CertCommand::holder).toList()));
    } else {
      List<CertificateFile.Described> all = new ArrayList<>();
      for (Path file : files) {
        all.addAll(CertificateFile.describe(file));
      }
      show(all);
    }
    out.flush();
    return Weftctl.ok();
  }

  private static Holder holder(Status.WorkloadState it) {
    return new Holder(
        it.name(),
        it.namespace(),
        it.jvm().pid(),
        it.identity(),
        it.certificateSerial(),
        it.certificateExpires());
  }

  private void show(Shown mesh) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (output.isJson()) {
      out.print(StatusJson.write(mesh));
      return;
    }
    Status.Trust trust = mesh.trust;
    if (trust == null) {
      out.println("Nobody has an identity here (expected: 'weftctl up' with a TLS port).");
      return;
    }
    Table holders = new Table("WORKLOAD", "PID", "IDENTITY", "SERIAL", "EXPIRES");
    mesh.workloads.forEach(
        it ->
            holders.row(
                it.name + "." + it.namespace,
                Long.toString(it.pid),
                orNone(it.identity),
                orNone(it.serial),
                orNone(it.expires)));
    holders.print(out);
    out.println();
    Table chain = new Table("LEADS TO", "SERIAL", "EXPIRES", "SHA-256");
    trust.chain().forEach(it -> chain.row(it.subject(), it.serial(), it.expires(), it.digest()));
    chain.print(out);
    out.println();
    Table roots = new Table("BELIEVED ROOT", "EXPIRES");
    trust.roots().forEach(it -> roots.row(it.root(), it.expires()));
    roots.print(out);
  }

  private static String orNone(@Nullable String text) {
    return text == null ? "-" : text;
  }

  private void show(List<CertificateFile.Described> all) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (output.isJson()) {
      out.print(StatusJson.write(all));
      return;
    }
    Table table =
        new Table("FILE", "NAMES", "SUBJECT", "ISSUER", "SERIAL", "FROM", "EXPIRES", "IS");
    all.forEach(
        it ->
            table.row(
                it.file(),
                it.names().isEmpty() ? "-" : String.join(",", it.names()),
                it.subject().isEmpty() ? "-" : it.subject(),
                it.issuer(),
                it.serial(),
                it.from(),
                it.expires(),
                it.kind()));
    table.print(out);
    all.stream()
        .filter(it -> it.problem() != null)
        .forEach(
            it -> out.println(Text.safe(it.file() + ", " + it.serial() + ": " + it.problem())));
  }
}
