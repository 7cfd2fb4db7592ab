package dev.weft.control.cli;

import dev.weft.control.model.Finding;
import dev.weft.control.model.Listener;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.ModelListener;
import dev.weft.control.model.Workload;
import java.io.PrintWriter;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Says on stderr what changes while the service runs: rules, workloads, findings. */
final class Console implements ModelListener {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

  private final PrintWriter err;
  private MeshModel before = MeshModel.EMPTY;
  private boolean first = true;

  Console(PrintWriter err) {
    this.err = err;
  }

  synchronized void line(String text) {
    err.println(LocalTime.now(ZoneId.systemDefault()).format(TIME) + " " + text);
    err.flush();
  }

  @Override
  public synchronized void updated(MeshModel model) {
    boolean rules =
        !model.rules().equals(before.rules())
            || !model.policies().equals(before.policies())
            || !model.peerPolicies().equals(before.peerPolicies());
    if (first || rules) {
      line(
          String.format(
              Locale.ROOT,
              "%s: %d services, %d rules, %d policies",
              first ? "configuration" : "configuration changed",
              model.services().size(),
              model.rules().size(),
              model.policies().size() + model.peerPolicies().size()));
    }
    workloads(model);
    findings(model);
    before = model;
    first = false;
  }

  private void workloads(MeshModel model) {
    Set<String> had = names(before);
    Set<String> has = names(model);
    has.stream().filter(name -> !had.contains(name)).forEach(name -> line("+ " + name));
    had.stream().filter(name -> !has.contains(name)).forEach(name -> line("- " + name));
  }

  private static Set<String> names(MeshModel model) {
    return model.workloads().stream()
        .map(Console::name)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static String name(Workload workload) {
    String version = workload.labels().getOrDefault("version", "");
    String ports =
        workload.listeners().stream()
            .map(Listener::port)
            .map(String::valueOf)
            .collect(Collectors.joining(","));
    return Text.safe(
        workload.serviceName()
            + (version.isEmpty() ? "" : " " + version)
            + " at "
            + workload.address()
            + (ports.isEmpty() ? ", no port yet" : ":" + ports));
  }

  private void findings(MeshModel model) {
    Set<Finding> known = new HashSet<>(before.findings());
    for (Finding finding : model.findings()) {
      if (known.add(finding)) {
        line(Text.colored(finding));
      }
    }
    Set<Finding> now = new HashSet<>(model.findings());
    before.findings().stream()
        .filter(finding -> !now.contains(finding))
        .forEach(finding -> line("no longer: " + Text.safe(finding.toString())));
  }
}
