package dev.weft.control.server;

import dev.weft.control.model.MeshModel;
import dev.weft.control.model.SpiffeId;
import dev.weft.control.model.Workload;
import dev.weft.control.server.status.Status.CallerState;
import dev.weft.control.server.status.Status.PlaintextCaller;
import dev.weft.control.server.status.Status.PlaintextState;
import dev.weft.control.server.status.Status.PlaintextUnknown;
import dev.weft.control.source.registry.Registration;
import dev.weft.control.source.registry.WorkloadStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who calls in plaintext, with names; and of whom that is not known. */
final class PlaintextStates {

  private final AddressBook.Index addresses;
  private final Instant now;

  PlaintextStates(AddressBook addresses, Instant now) {
    this.addresses = addresses.index();
    this.now = now;
  }

  /** Who has called this workload; null: its agent has not said. */
  @Nullable PlaintextState of(WorkloadStatus status) {
    Registration.Plaintext said = status.registration().plaintext();
    return said == null
        ? null
        : new PlaintextState(
            past(said.since()).toString(),
            said.callers().stream().map(it -> caller(it, status.connected())).toList(),
            said.leftOff());
  }

  private PlaintextCaller caller(Registration.PlaintextCaller it, boolean connected) {
    Instant seen = connected && it.open() > 0 ? now : past(it.last());
    return new PlaintextCaller(
        it.address(),
        addresses.at(it.address(), seen).stream()
            .map(PlaintextStates::workload)
            .sorted(
                Comparator.comparing(CallerState::namespace)
                    .thenComparing(CallerState::name)
                    .thenComparing(CallerState::instance))
            .toList(),
        it.port(),
        it.ownTls(),
        it.connections(),
        it.open(),
        seen.toString());
  }

  /** Clocks differ: nothing has happened later than now. */
  private Instant past(Instant at) {
    return at.isAfter(now) ? now : at;
  }

  private static CallerState workload(Workload it) {
    SpiffeId identity = it.identity();
    boolean own = it.origin() == Workload.Origin.REGISTERED && identity == null;
    return new CallerState(
        it.name(),
        it.namespace().value(),
        it.id(),
        it.labels(),
        own ? null : it.serviceAccount(), // its own word is worth nothing
        identity == null ? null : identity.toString());
  }

  /** Workloads that somebody could call in plaintext without its being known. */
  List<PlaintextUnknown> unknown(List<WorkloadStatus> registered, MeshModel model) {
    List<PlaintextUnknown> all = new ArrayList<>();
    Set<Place> known = new HashSet<>();
    for (WorkloadStatus status : registered) {
      Registration it = status.registration();
      String reason = it.ports().isEmpty() ? null : reason(status);
      if (it.principal() != null) {
        known.add(new Place(it.address(), it.principal().id()));
      }
      if (reason != null) {
        all.add(
            new PlaintextUnknown(
                it.service().name(), it.service().namespace().value(), it.address(), reason));
      }
    }
    for (Workload workload : model.workloads()) {
      SpiffeId identity = workload.identity();
      if (identity != null
          && workload.origin() == Workload.Origin.PLACED
          && !known.contains(new Place(workload.address(), identity))) {
        all.add(
            new PlaintextUnknown(
                workload.name(),
                workload.namespace().value(),
                workload.address(),
                "no agent of it is registered here"));
      }
    }
    return all;
  }

  private record Place(String address, SpiffeId identity) {}

  private static @Nullable String reason(WorkloadStatus status) {
    Registration it = status.registration();
    if (!status.connected()) {
      return "its agent is not connected";
    }
    if (it.principal() == null) {
      return "it has no identity, and can only be called in plaintext";
    }
    return it.plaintext() == null
        ? "its agent (" + it.jvm().agentVersion() + ") has not said"
        : null;
  }
}
