package dev.weft.control.model;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where running workloads come from; what it yields is composed with the configuration into the
 * {@link MeshModel}.
 */
public interface WorkloadSource {

  /** The workloads as they are now. Cheap, and callable from any thread. */
  Snapshot workloads();

  /**
   * Calls {@code changed} after each change, from any thread; a call may stand for several changes.
   */
  ModelSource.Subscription onChange(Runnable changed);

  /**
   * What is known at one moment.
   *
   * @param accounts every service account that there is; null: nobody knows
   */
  record Snapshot(
      List<Workload> workloads, List<Finding> findings, @Nullable Set<ServiceAccount> accounts) {

    public static final Snapshot EMPTY = new Snapshot(List.of(), List.of());

    public Snapshot {
      workloads = List.copyOf(workloads);
      findings = List.copyOf(findings);
      accounts = accounts == null ? null : Set.copyOf(accounts);
    }

    /** Where nobody knows all service accounts. */
    public Snapshot(List<Workload> workloads, List<Finding> findings) {
      this(workloads, findings, null);
    }
  }
}
