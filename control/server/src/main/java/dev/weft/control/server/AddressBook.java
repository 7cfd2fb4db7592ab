package dev.weft.control.server;

import dev.weft.control.config.schema.Syntax;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.ModelListener;
import dev.weft.control.model.Workload;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Who is at which address, and who was: whoever called a while ago may be gone, and its address
 * somebody else's by now. It remembers {@link #KEPT}, and the latest {@link #MOST} who are gone.
 */
final class AddressBook implements ModelListener {

  static final Duration KEPT = Duration.ofHours(2);
  static final int MOST = 20_000;

  /** By how much clocks may differ, and how late a workload may be known of. */
  static final Duration TOLERANCE = Duration.ofMinutes(1);

  private final InstantSource clock;

  // Guarded by this.
  private Map<Place, Stay> present = new HashMap<>();
  private final Deque<Stay> past = new ArrayDeque<>(); // in the order in which they ended
  private boolean begun;

  private record Place(String workload, String address) {}

  /** A workload at an address, from when to when. */
  private record Stay(Workload workload, String address, Instant from, Instant to) {

    Duration distance(Instant when) {
      if (when.isBefore(from)) {
        return Duration.between(when, from);
      }
      return when.isAfter(to) ? Duration.between(to, when) : Duration.ZERO;
    }
  }

  AddressBook(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public synchronized void updated(MeshModel model) {
    Instant now = clock.instant();
    // Who is there at first was there before, as far as anybody knows.
    Instant from = begun ? now : Instant.MIN;
    begun = true;
    Map<Place, Stay> next = new HashMap<>();
    for (Workload workload : model.workloads()) {
      Place place = new Place(workload.id(), workload.address());
      Stay before = present.remove(place);
      next.put(
          place,
          before == null
              ? new Stay(workload, canonical(workload.address()), from, Instant.MAX)
              : new Stay(workload, before.address, before.from, Instant.MAX));
    }
    present.values().forEach(it -> past.add(new Stay(it.workload, it.address, it.from, now)));
    present = next;
    Instant oldest = now.minus(KEPT);
    while (!past.isEmpty() && (past.size() > MOST || past.getFirst().to.isBefore(oldest))) {
      past.removeFirst();
    }
  }

  /** Who was where, for many questions at one moment. */
  synchronized Index index() {
    Map<String, List<Stay>> byAddress = new HashMap<>();
    Stream.concat(past.stream(), present.values().stream())
        .forEach(it -> byAddress.computeIfAbsent(it.address, any -> new ArrayList<>()).add(it));
    return (address, when) -> at(byAddress.getOrDefault(address, List.of()), when);
  }

  /** An index of addresses. */
  @FunctionalInterface
  interface Index {

    /**
     * Who was there then, or nearly then; empty: nobody that is known.
     *
     * @param address as {@link InetAddress#getHostAddress} writes it
     */
    List<Workload> at(String address, Instant when);
  }

  private static List<Workload> at(List<Stay> stays, Instant when) {
    Duration nearest =
        stays.stream().map(it -> it.distance(when)).min(Duration::compareTo).orElse(TOLERANCE);
    return stays.stream()
        .filter(it -> nearest.compareTo(TOLERANCE) <= 0 && it.distance(when).equals(nearest))
        .map(Stay::workload)
        .toList();
  }

  /** The same text for the same address; of host names, which are never looked up, as they are. */
  private static String canonical(String address) {
    if (!Syntax.isAddress(address)) {
      return address;
    }
    try {
      return InetAddress.getByName(address).getHostAddress();
    } catch (UnknownHostException e) {
      throw new IllegalStateException(address + " (expected: an address, as was checked)", e);
    }
  }
}
