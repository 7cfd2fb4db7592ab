package dev.weft.control.cli;

import dev.weft.control.config.Resolver;
import dev.weft.control.kubernetes.Cluster;
import dev.weft.control.kubernetes.check.PodView;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.SpiffeId;
import dev.weft.control.model.Workload;
import dev.weft.control.server.StatusJson;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weftctl describe pod}: one page, what applies to it. */
@Command(
    name = "pod",
    description = {
      "Say of one pod whether it was injected, who it is, which services it serves, and which",
      "rules and policies apply to it, as a control service resolves them."
    })
final class DescribePodCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "NAME", description = "The pod.")
  private String name = "";

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "Its namespace (default: ${DEFAULT-VALUE}).")
  private String namespace = "default";

  @Option(
      names = "--trust-domain",
      paramLabel = "DOMAIN",
      description = "The mesh's (default: ${DEFAULT-VALUE}).")
  private String trustDomain = MeshSettings.DEFAULT.trustDomain();

  @Mixin private ReachOptions reach = new ReachOptions();

  @Mixin private OutputOptions output = new OutputOptions();

  @Override
  public Integer call() throws IOException {
    MeshSettings settings = settings();
    Cluster cluster = reach.cluster();
    PodView pod = PodView.read(cluster, namespace, name);
    ClusterModel read = ClusterModel.read(cluster, settings);
    MeshModel model = new Resolver(settings).resolve(read.files(), read.workloads());
    PodDescription description = PodDescription.of(pod, model, workload(pod, model));
    PrintWriter out = spec.commandLine().getOut();
    if (output.isJson()) {
      out.print(StatusJson.write(description));
    } else {
      print(out, description);
    }
    out.flush();
    return Weftctl.ok();
  }

  private MeshSettings settings() {
    if (!SpiffeId.isTrustDomain(trustDomain)) {
      throw new ParameterException(
          spec.commandLine(),
          "--trust-domain: '"
              + trustDomain
              + "' (expected: lower case letters, digits, dots and dashes)");
    }
    return MeshSettings.DEFAULT.withTrustDomain(trustDomain);
  }

  private static @Nullable Workload workload(PodView pod, MeshModel model) {
    return model.workloads().stream()
        .filter(it -> it.origin() == Workload.Origin.PLACED)
        .filter(
            it ->
                pod.addresses().stream()
                    .anyMatch(at -> it.id().equals(pod.namespace() + "/" + pod.name() + "@" + at)))
        .findFirst()
        .orElse(null);
  }

  private static void print(PrintWriter out, PodDescription it) {
    line(out, "pod", it.namespace() + "/" + it.name() + " " + String.join(", ", it.addresses()));
    line(
        out,
        "injected",
        it.injected().isEmpty() ? "no" : "container " + String.join(", ", it.injected()));
    it.notes().forEach(note -> line(out, "", note));
    String identity = it.identity();
    line(out, "identity", identity == null ? "none: it is not part of the mesh" : identity);
    line(out, "serves", it.serves().isEmpty() ? "no service" : "");
    for (PodDescription.Served each : it.serves()) {
      line(
          out,
          "",
          each.host()
              + " "
              + String.join(", ", each.ports())
              + ", one of "
              + each.endpoints()
              + " endpoints");
      all(out, each.rules());
      all(out, each.policies());
      all(out, each.subsets().stream().map(subset -> "subset " + subset).toList());
    }
    if (it.mtls() != null) {
      line(out, "demands", it.mtls() + (identity == null ? ", which nobody enforces there" : ""));
      all(out, it.inboundPolicies());
      line(out, "calls", it.services() + " services, others: " + it.outbound());
      all(out, it.sidecar() == null ? List.of() : List.of(it.sidecar()));
    }
    line(out, "findings", it.findings().isEmpty() ? "none" : "");
    it.findings().forEach(finding -> out.println("  " + Text.colored(finding)));
  }

  private static void line(PrintWriter out, String head, String text) {
    out.println(Text.safe((head + " ".repeat(12 - head.length()) + text).stripTrailing()));
  }

  private static void all(PrintWriter out, List<String> texts) {
    texts.forEach(text -> line(out, "", "  " + text));
  }
}
