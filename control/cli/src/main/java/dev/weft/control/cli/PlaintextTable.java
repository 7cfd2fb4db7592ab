package dev.weft.control.cli;

import dev.weft.control.server.status.Status;
import dev.weft.control.server.status.Status.CallerState;
import dev.weft.control.server.status.Status.PlaintextCaller;
import dev.weft.control.server.status.Status.PlaintextState;
import dev.weft.control.server.status.Status.PlaintextUnknown;
import dev.weft.control.server.status.Status.WorkloadState;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who still calls in plaintext, for people: instances of one workload are one, called or calling.
 * The last line says who is in the way of STRICT.
 */
final class PlaintextTable {

  private static final int MOST_NAMES = 5;

  private final Collection<WorkloadState> workloads;
  private final Collection<PlaintextUnknown> unknown;
  private final Instant now;

  /**
   * @param replicas of one control service, each of which knows the agents that are connected to it
   */
  PlaintextTable(List<Status> replicas, Instant now) {
    this.workloads = workloads(replicas);
    this.unknown = unknown(replicas, workloads);
    this.now = now;
  }

  /** Each once, as the replica has it to which its agent is connected. */
  private static Collection<WorkloadState> workloads(List<Status> replicas) {
    Map<String, WorkloadState> all = new TreeMap<>();
    for (Status replica : replicas) {
      for (WorkloadState it : replica.workloads()) {
        all.merge(it.instance(), it, (one, other) -> one.connected() ? one : other);
      }
    }
    return all.values();
  }

  /** Of whom no replica knows. */
  private static Collection<PlaintextUnknown> unknown(
      List<Status> replicas, Collection<WorkloadState> workloads) {
    Map<String, PlaintextUnknown> all = new TreeMap<>();
    for (Status replica : replicas) {
      for (PlaintextUnknown it : replica.plaintextUnknown()) {
        all.putIfAbsent(it.namespace() + "/" + it.name() + "@" + it.address(), it);
      }
    }
    return all.values().stream()
        .filter(it -> workloads.stream().noneMatch(known -> says(known, it)))
        .toList();
  }

  private static boolean says(WorkloadState known, PlaintextUnknown it) {
    return known.connected()
        && known.plaintext() != null
        && known.namespace().equals(it.namespace())
        && known.address().equals(it.address());
  }

  /** What makes a row; in this order. */
  private record Key(String called, int port, boolean ownTls, String caller, String namespace)
      implements Comparable<Key> {

    @Override
    public int compareTo(Key other) {
      return Comparator.comparing(Key::called)
          .thenComparing(Key::port)
          .thenComparing(Key::ownTls)
          .thenComparing(Key::caller)
          .thenComparing(Key::namespace)
          .compare(this, other);
    }

    String shownPort() {
      return ownTls ? port + " (TLS)" : Integer.toString(port);
    }

    String shownCaller() {
      boolean named = !namespace.isEmpty() && !caller.contains(" ");
      return named ? caller + "." + namespace : caller;
    }
  }

  private record Calls(long count, long open, Instant last) {

    Calls and(Calls other) {
      Instant later = last.isAfter(other.last) ? last : other.last;
      return new Calls(count + other.count, open + other.open, later);
    }
  }

  void print(PrintWriter out) {
    Map<Key, Calls> rows = rows();
    if (!rows.isEmpty()) {
      Table table =
          new Table("CALLED WORKLOAD", "PORT", "CALLER", "NAMESPACE", "COUNT", "LAST SEEN");
      rows.forEach(
          (key, calls) ->
              table.row(
                  key.called,
                  key.shownPort(),
                  key.caller,
                  key.namespace.isEmpty() ? "-" : key.namespace,
                  Long.toString(calls.count),
                  calls.open > 0 ? "now" : ago(calls.last)));
      table.print(out);
      out.println();
    }
    leftOff(out);
    unknown(out);
    out.println(Text.safe(conclusion(rows.keySet())));
  }

  private Map<Key, Calls> rows() {
    Map<Key, Calls> rows = new TreeMap<>();
    for (WorkloadState workload : workloads) {
      PlaintextState plaintext = workload.plaintext();
      for (PlaintextCaller it :
          plaintext == null ? List.<PlaintextCaller>of() : plaintext.callers()) {
        Key key = new Key(called(workload), it.port(), it.ownTls(), caller(it), namespace(it));
        // Of a workload whose agent is away nobody knows what is open.
        long open = workload.connected() ? it.open() : 0;
        rows.merge(key, new Calls(it.count(), open, Instant.parse(it.lastSeen())), Calls::and);
      }
    }
    return rows;
  }

  private static String called(WorkloadState workload) {
    return workload.name() + "." + workload.namespace();
  }

  /** Its name, where it has one alone; else its address. */
  private static String caller(PlaintextCaller caller) {
    Collection<String> names = distinct(caller.workloads().stream().map(CallerState::name));
    if (names.isEmpty()) {
      return caller.address();
    }
    return names.size() == 1
        ? names.iterator().next()
        : caller.address() + " (one of " + some(names) + ")";
  }

  private static String namespace(PlaintextCaller caller) {
    return String.join(",", distinct(caller.workloads().stream().map(CallerState::namespace)));
  }

  private static Collection<String> distinct(Stream<String> texts) {
    return texts.collect(Collectors.toCollection(TreeSet::new));
  }

  private static String some(Collection<String> names) {
    String first = String.join(", ", names.stream().limit(MOST_NAMES).toList());
    return names.size() <= MOST_NAMES
        ? first
        : first + " and " + (names.size() - MOST_NAMES) + " more";
  }

  private void leftOff(PrintWriter out) {
    for (WorkloadState workload : workloads) {
      PlaintextState plaintext = workload.plaintext();
      if (plaintext != null && plaintext.leftOff() > 0) {
        out.println(
            Text.safe(
                called(workload)
                    + ": "
                    + plaintext.leftOff()
                    + " more connections, of callers for whom there was no room"));
      }
    }
  }

  private void unknown(PrintWriter out) {
    for (PlaintextUnknown it : unknown) {
      out.println(
          Text.safe(
              "Who calls "
                  + it.name()
                  + "."
                  + it.namespace()
                  + " ("
                  + it.address()
                  + ") is not known: "
                  + it.reason()));
    }
  }

  private String conclusion(Collection<Key> rows) {
    Collection<String> callers = distinct(rows.stream().map(Key::shownCaller));
    long leftOff = told().filter(it -> it.leftOff() > 0).count();
    if (!callers.isEmpty()) {
      String more = leftOff > 0 ? ", besides those for whom there was no room" : "";
      return "In the way of STRICT: " + some(callers) + more + "." + doubt();
    }
    Instant since =
        told().map(it -> Instant.parse(it.since())).max(Comparator.naturalOrder()).orElse(null);
    if (since == null) {
      return "Nothing is known: no workload that can be called has said who calls it in plaintext.";
    }
    return leftOff > 0
        ? "Somebody calls in plaintext for whom there was no room." + doubt()
        : "Nobody has called in plaintext since " + since + " (" + ago(since) + ")." + doubt();
  }

  /** What those have said who can be called. */
  private Stream<PlaintextState> told() {
    return workloads.stream()
        .filter(it -> it.connected() && !it.ports().isEmpty())
        .map(WorkloadState::plaintext)
        .filter(Objects::nonNull);
  }

  private String doubt() {
    int count = unknown.size();
    String what = count == 1 ? " workload" : " workloads";
    return count == 0 ? "" : " Of " + count + what + " that is not known, see above.";
  }

  private String ago(Instant time) {
    return Text.age(Duration.between(time, now)) + " ago";
  }
}
