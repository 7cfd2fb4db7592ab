package dev.weft.control.source.registry;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.control.model.Finding;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.Listener;
import dev.weft.control.model.ModelSource;
import dev.weft.control.model.Principal;
import dev.weft.control.model.ServiceName;
import dev.weft.control.model.Workload;
import dev.weft.control.model.WorkloadSource;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Who is registered, and for how long. Decides alone: {@link RegistrationService} brings what
 * agents say, and {@link #expire} has to be called now and then.
 *
 * <p>A lease whose agent fell silent runs to its end; one whose stream just broke ends soon, unless
 * more than half of all agents are gone: then it is rather us than them.
 */
public final class WorkloadRegistry implements WorkloadSource {

  private final LeaseTimes times;
  private final LongSupplier nanoTime;
  private final InstantSource clock;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  /** By instance, in the order of their first registration. */
  @GuardedBy("this") private final Map<String, Lease> leases = new LinkedHashMap<>();

  @GuardedBy("this") private final Claims claims = new Claims();

  /** Services that workloads with an identity serve: those without may not join them. */
  @GuardedBy("this") private Set<ServiceName> proven = Set.of();

  @GuardedBy("this") private Snapshot snapshot = Snapshot.EMPTY;

  @GuardedBy("this") private boolean stale;

  public WorkloadRegistry(LeaseTimes times, LongSupplier nanoTime, InstantSource clock) {
    this.times = times;
    this.nanoTime = nanoTime;
    this.clock = clock;
  }

  /**
   * Who is registered now. Settles who serves which port, and tells those who do not: however many
   * changes came before, once.
   */
  @Override
  public synchronized Snapshot workloads() {
    if (stale) {
      stale = false;
      snapshot = settle();
    }
    return snapshot;
  }

  @Override
  public ModelSource.Subscription onChange(Runnable changed) {
    listeners.add(changed);
    return () -> listeners.remove(changed);
  }

  /** Registrations of an earlier run: they hold for one lease, in which their agents come back. */
  void restore(List<Registration> registrations) {
    synchronized (this) {
      for (Registration registration : registrations) {
        leases.putIfAbsent(
            registration.instance(),
            new Lease(registration, null, clock.instant(), endOf(times.lease().toNanos())));
      }
    }
    changed();
  }

  /**
   * Registers, or replaces what was known of this instance.
   *
   * @throws RefusedException where the instance is somebody else's
   */
  void register(Session session, Registration registration) throws RefusedException {
    synchronized (this) {
      Lease before = leases.get(registration.instance());
      if (before != null) {
        requireSame(before.registration().principal(), registration.principal());
      }
      Lease lease =
          new Lease(
              before == null ? registration : registration.withWhatWasMetBy(before.registration()),
              session,
              before == null ? clock.instant() : before.since(),
              endOf(times.lease().toNanos()));
      leases.put(registration.instance(), lease);
    }
    changed();
  }

  /** Nobody takes over the registration of an identity that is not his. */
  private static void requireSame(@Nullable Principal before, @Nullable Principal now)
      throws RefusedException {
    if (before != null && (now == null || !now.id().equals(before.id()))) {
      throw new RefusedException(
          "instance: it is registered by "
              + before.id()
              + ", not by "
              + (now == null ? "somebody without an identity" : now.id())
              + " (expected: an instance of its own)");
    }
  }

  /**
   * Changes what was said before, and renews the lease.
   *
   * @param change returns its argument where nothing changes
   */
  void update(Session session, String instance, Function<Registration, Registration> change) {
    synchronized (this) {
      Lease lease = leases.get(instance);
      if (lease == null || !lease.belongsTo(session)) {
        // Replaced by a newer stream of the same process.
        return;
      }
      boolean revived = !lease.isCounted();
      lease.renew(endOf(times.lease().toNanos()));
      Registration after = change.apply(lease.registration());
      if (after.equals(lease.registration()) && !revived) {
        return;
      }
      lease.update(after);
    }
    changed();
  }

  /** Changes what is only shown of the process, of which nobody else is told. */
  void note(Session session, String instance, UnaryOperator<Registration> change) {
    boolean revived;
    synchronized (this) {
      Lease lease = leases.get(instance);
      if (lease == null || !lease.belongsTo(session)) {
        return;
      }
      revived = !lease.isCounted();
      lease.renew(endOf(times.lease().toNanos()));
      lease.update(change.apply(lease.registration()));
    }
    if (revived) {
      changed();
    }
  }

  /**
   * The stream is gone without a word.
   *
   * @param heard when the agent was last heard of, in nanoseconds of the registry's clock
   */
  void lost(Session session, String instance, long heard) {
    synchronized (this) {
      Lease lease = leases.get(instance);
      if (lease == null || !lease.belongsTo(session)) {
        return;
      }
      boolean justHeard = nanoTime.getAsLong() - heard < times.silence().toNanos();
      long end = endOf(times.lease().toNanos());
      lease.disconnected(end, justHeard ? endOf(times.lost().toNanos()) : end);
    }
    changed();
  }

  /** The process stops: it serves nothing any more. False where a newer stream has taken over. */
  boolean withdraw(Session session, String instance) {
    synchronized (this) {
      Lease lease = leases.get(instance);
      if (lease == null || !lease.belongsTo(session)) {
        return false;
      }
      leases.remove(instance);
    }
    changed();
    return true;
  }

  /** Ends the leases that are over. */
  void expire() {
    boolean any;
    synchronized (this) {
      long now = nanoTime.getAsLong();
      long gone = leases.values().stream().filter(lease -> !lease.isConnected()).count();
      boolean few = gone * 2 <= leases.size();
      any =
          leases
              .values()
              .removeIf(
                  lease ->
                      !lease.isConnected()
                          && (lease.hasEnded(now) || (few && lease.mayEndEarly(now))));
      // A connected agent that is silent comes back with its next word.
      any |= leases.values().stream().anyMatch(lease -> lease.isCounted() && lease.hasEnded(now));
    }
    if (any) {
      changed();
    }
  }

  /** Everybody who is registered, by service. */
  public synchronized List<WorkloadStatus> status() {
    workloads();
    List<WorkloadStatus> all = new ArrayList<>();
    for (Lease lease : leases.values()) {
      all.add(WorkloadStatus.of(lease, claims, barred(lease)));
    }
    all.sort(
        Comparator.comparing((WorkloadStatus it) -> it.registration().service().toString())
            .thenComparing(it -> it.registration().instance()));
    return all;
  }

  /** What has to survive a restart. */
  synchronized List<Registration> registrations() {
    return leases.values().stream().map(Lease::registration).toList();
  }

  private void changed() {
    synchronized (this) {
      stale = true;
    }
    listeners.forEach(Runnable::run);
  }

  @GuardedBy("this") private Snapshot settle() {
    long now = nanoTime.getAsLong();
    leases.values().forEach(lease -> lease.count(!lease.hasEnded(now)));
    List<Lease> held = leases.values().stream().filter(Lease::isCounted).toList();
    proven = new HashSet<>();
    for (Lease lease : held) {
      if (lease.hasIdentity() && lease.registration().mayServe()) {
        proven.add(lease.registration().service());
      }
    }
    List<Lease> serving = new ArrayList<>();
    for (Lease lease : held) {
      if (barred(lease).isEmpty()) {
        serving.add(lease);
      }
    }
    claims.settle(serving);
    List<Workload> workloads = new ArrayList<>();
    List<Finding> findings = new ArrayList<>();
    for (Lease lease : held) {
      Optional<String> barred = barred(lease);
      if (barred.isPresent()) {
        bar(lease, barred.get(), findings);
      } else {
        workloads.addAll(workloads(lease, findings));
      }
    }
    return new Snapshot(workloads, findings);
  }

  /** Why this workload may not serve at all; empty if it may. */
  @GuardedBy("this") private Optional<String> barred(Lease lease) {
    Registration it = lease.registration();
    Principal principal = it.principal();
    if (!it.mayServe() && principal != null) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "%s may not serve %s (expected: %s)",
              principal.id(),
              it.service(),
              principal.services().isEmpty()
                  ? "a pure client, which listens nowhere"
                  : "one of " + principal.services().stream().sorted().toList()));
    }
    if (principal == null && proven.contains(it.service())) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "%s is served by workloads with an identity, and this one has none (expected: a join"
                  + " token that grants %s)",
              it.service(),
              it.service().name()));
    }
    return Optional.empty();
  }

  /** Who listens nowhere does nothing that he may not. */
  private static void bar(Lease lease, String why, List<Finding> findings) {
    Registration it = lease.registration();
    Session session = lease.session();
    if (it.ports().isEmpty()) {
      return;
    }
    findings.add(Finding.of(FindingCode.SERVICE_NOT_GRANTED, it + ": " + why));
    if (session != null) {
      session.refused(0, why);
    }
  }

  /** One per address: a port may be bound to another address than the workload's own. */
  @GuardedBy("this") private List<Workload> workloads(Lease lease, List<Finding> findings) {
    Registration registration = lease.registration();
    Map<String, List<Listener>> byAddress = new TreeMap<>();
    byAddress.put(registration.address(), new ArrayList<>());
    for (RegisteredPort port : registration.ports()) {
      Optional<String> problem = problem(lease, port);
      String address = port.address();
      if (problem.isPresent() || address == null) {
        FindingCode code =
            address == null ? FindingCode.PORT_UNREACHABLE : FindingCode.PORT_CLAIMED;
        findings.add(Finding.of(code, registration + ": " + problem.orElse("")));
        tell(lease, port, problem.orElse(""));
      } else {
        byAddress
            .computeIfAbsent(address, any -> new ArrayList<>())
            .add(new Listener(port.port(), port.protocol(), port.library()));
      }
    }
    return byAddress.entrySet().stream()
        .map(entry -> workload(registration, entry.getKey(), entry.getValue()))
        .toList();
  }

  private static Workload workload(Registration it, String address, List<Listener> listeners) {
    String id = address.equals(it.address()) ? it.instance() : it.instance() + "@" + address;
    return Workload.registered(id, it.service(), it.labels(), address, listeners)
        .withPrincipal(it.principal());
  }

  @GuardedBy("this") private Optional<String> problem(Lease lease, RegisteredPort port) {
    if (port.address() == null) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "port %d is bound to %s, where others cannot reach it (expected: every address, or"
                  + " %s)",
              port.port(),
              port.bound(),
              lease.registration().address()));
    }
    return claims
        .rival(lease, port)
        .map(
            rival ->
                String.format(
                    Locale.ROOT,
                    "port %d at %s is served by %s already (expected: one workload per address and"
                        + " port)",
                    port.port(),
                    port.address(),
                    rival.registration()));
  }

  private static void tell(Lease lease, RegisteredPort port, String problem) {
    Session session = lease.session();
    if (session != null) {
      session.refused(port.port(), problem);
    }
  }

  private long endOf(long nanos) {
    return nanoTime.getAsLong() + nanos;
  }
}
