package dev.weft.control.model;

import java.util.List;

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

  /** What is known at one moment. */
  record Snapshot(List<Workload> workloads, List<Finding> findings) {

    public static final Snapshot EMPTY = new Snapshot(List.of(), List.of());

    public Snapshot {
      workloads = List.copyOf(workloads);
      findings = List.copyOf(findings);
    }
  }
}
