package dev.weft.control.cli;

import dev.weft.control.server.status.Status;
import dev.weft.control.server.status.Status.AgentState;
import dev.weft.control.server.status.Status.FindingState;
import dev.weft.control.server.status.Status.PortState;
import dev.weft.control.server.status.Status.TypeState;
import dev.weft.control.server.status.Status.UnmeshedState;
import dev.weft.control.server.status.Status.WorkloadState;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The state, for people. */
final class StatusTables {

  private final Status status;
  private final Instant now = Instant.now();

  StatusTables(Status status) {
    this.status = status;
  }

  void print(PrintWriter out) {
    Status.Configuration configuration = status.configuration();
    Status.Counts counts = configuration.counts();
    out.printf(
        Locale.ROOT,
        "%s: %d services, %d rules, %d policies; changed %s ago%n%n",
        Text.safe(configuration.from()),
        counts.services(),
        counts.rules(),
        counts.policies(),
        Text.age(Duration.ofMillis((long) (configuration.ageSeconds() * 1000))));
    trust(out);
    workloads(out);
    identities(out);
    others(out);
    refusals(out);
    refused(out);
    problems(out);
    unmeshed(out);
    findings(out);
  }

  /** What an operator has to do, or to mend. */
  private void trust(PrintWriter out) {
    Status.Trust trust = status.trust();
    if (trust == null) {
      return;
    }
    if (trust.rotation() != null) {
      out.println("ROOT " + Text.safe(trust.rotation()));
      out.println();
    }
    if (trust.problem() != null) {
      out.println(
          Text.colored("red", "ROOT")
              + " "
              + Text.safe(trust.problem())
              + "; what was there before stays in force");
      out.println();
    }
  }

  private void workloads(PrintWriter out) {
    if (status.workloads().isEmpty()) {
      out.println("No workload has registered.");
      return;
    }
    Table table =
        new Table("WORKLOAD", "VERSION", "ADDRESS", "PORTS", "SYNC", "METRICS", "PID", "SINCE");
    for (WorkloadState workload : status.workloads()) {
      table.row(
          workload.name() + "." + workload.namespace(),
          workload.labels().getOrDefault("version", "-"),
          workload.address(),
          ports(workload),
          sync(workload),
          workload.jvm().metrics().isEmpty() ? "-" : workload.jvm().metrics(),
          Long.toString(workload.jvm().pid()),
          since(workload.since()));
    }
    table.print(out);
  }

  private void identities(PrintWriter out) {
    Status.Trust trust = status.trust();
    if (trust == null || status.workloads().isEmpty()) {
      return;
    }
    out.println();
    Table table = new Table("WORKLOAD", "PID", "IDENTITY", "CERTIFICATE", "MTLS");
    for (WorkloadState workload : status.workloads()) {
      table.row(
          workload.name() + "." + workload.namespace(),
          Long.toString(workload.jvm().pid()),
          orNone(workload.identity()),
          left(workload.certificateExpires()),
          orNone(workload.mtls()));
    }
    table.print(out);
  }

  private static String orNone(@Nullable String text) {
    return text == null ? "-" : text;
  }

  private String left(@Nullable String expires) {
    if (expires == null) {
      return "-";
    }
    Duration left = Duration.between(now, Instant.parse(expires));
    return left.isNegative() ? "expired" : Text.age(left) + " left";
  }

  /** Who was not let in. */
  private void refused(PrintWriter out) {
    if (status.refusals().isEmpty()) {
      return;
    }
    Table table = new Table("REFUSED", "TIMES", "LAST", "WHY");
    for (Status.Refusal refusal : status.refusals()) {
      table.row(
          refusal.who(), Integer.toString(refusal.count()), since(refusal.at()), refusal.reason());
    }
    out.println();
    table.print(out);
  }

  private static String ports(WorkloadState workload) {
    String ports =
        workload.ports().stream()
            .filter(port -> port.problem() == null)
            .map(port -> port.port() + "/" + port.protocol())
            .collect(Collectors.joining(","));
    return ports.isEmpty() ? "-" : ports;
  }

  private static String sync(WorkloadState workload) {
    if (!workload.connected()) {
      return "LOST";
    }
    if (Boolean.TRUE.equals(workload.off())) {
      return "OFF";
    }
    return workload.sync() == null ? "-" : workload.sync();
  }

  /** Clients that are no registered workloads. */
  private void others(PrintWriter out) {
    var others = status.agents().stream().filter(agent -> !isWorkload(agent)).toList();
    if (others.isEmpty()) {
      return;
    }
    Table table = new Table("OTHER CLIENT", "KIND", "ADDRESS", "SYNC", "SINCE");
    for (AgentState agent : others) {
      table.row(agent.node(), agent.profile(), agent.address(), agent.sync(), since(agent.since()));
    }
    out.println();
    table.print(out);
  }

  private boolean isWorkload(AgentState agent) {
    return status.workloads().stream()
        .anyMatch(it -> agent.node().contains("~" + it.instance() + "." + it.namespace() + "~"));
  }

  private void refusals(PrintWriter out) {
    for (AgentState agent : status.agents()) {
      for (TypeState type : agent.types()) {
        if (type.nack() != null) {
          out.println();
          out.println(
              Text.colored("red", "NACK")
                  + " "
                  + Text.safe(agent.node())
                  + " refused "
                  + type.type());
          out.println("  " + Text.safe(String.join(", ", type.nack().resources())));
          out.println("  " + Text.safe(type.nack().reason()));
        }
      }
    }
  }

  private void problems(PrintWriter out) {
    for (WorkloadState workload : status.workloads()) {
      String who = workload.name() + "." + workload.namespace() + " (" + workload.jvm().pid() + ")";
      if (workload.problem() != null) {
        out.println();
        out.println(Text.safe(who + " serves nobody: " + workload.problem()));
      }
      for (PortState port : workload.ports()) {
        if (port.problem() != null) {
          out.println();
          out.println(
              Text.safe(who + ": port " + port.port() + " is not served: " + port.problem()));
        }
      }
      for (Status.LibraryState library : workload.libraries()) {
        if (!library.problem().isEmpty()) {
          out.println();
          out.println(
              Text.safe(
                  who
                      + ": "
                      + library.name()
                      + " "
                      + library.version()
                      + " is not woven: "
                      + library.problem()));
        }
      }
    }
  }

  /** What goes past the mesh, with the stack that opened it. */
  private void unmeshed(PrintWriter out) {
    for (WorkloadState workload : status.workloads()) {
      if (workload.unmeshed().isEmpty()) {
        continue;
      }
      out.println();
      out.println(
          Text.safe(
              "UNMESHED "
                  + workload.name()
                  + "."
                  + workload.namespace()
                  + " ("
                  + workload.jvm().pid()
                  + ")"));
      for (UnmeshedState socket : workload.unmeshed()) {
        out.println(Text.safe("  " + described(socket)));
        socket.frames().forEach(frame -> out.println(Text.safe("    at " + frame)));
      }
      if (workload.unmeshedLeftOff() > 0) {
        out.println("  and " + workload.unmeshedLeftOff() + " more, for which there was no room");
      }
    }
  }

  private static String described(UnmeshedState socket) {
    return socket.kind()
        + " "
        + String.join(", ", socket.addresses())
        + " by "
        + socket.library()
        + ": "
        + socket.reason()
        + (socket.count() > 1 ? " (" + socket.count() + " times)" : "");
  }

  private void findings(PrintWriter out) {
    if (status.configuration().findings().isEmpty()) {
      return;
    }
    Table table = new Table("FINDING", "SEVERITY", "WHERE", "WHAT");
    status.configuration().findings().stream()
        .sorted(Comparator.comparing(FindingState::severity))
        .forEach(
            it ->
                table.row(
                    it.code(),
                    it.severity(),
                    where(it),
                    (it.field() == null ? "" : it.field() + ": ") + it.message()));
    out.println();
    table.print(out);
  }

  private static String where(FindingState finding) {
    if (finding.file() == null) {
      return finding.resource() == null ? "-" : finding.resource();
    }
    return finding.line() == null ? finding.file() : finding.file() + ":" + finding.line();
  }

  private String since(String time) {
    return Text.age(Duration.between(Instant.parse(time), now)) + " ago";
  }
}
