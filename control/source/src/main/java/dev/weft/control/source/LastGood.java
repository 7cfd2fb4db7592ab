package dev.weft.control.source;

import dev.weft.control.config.ConfigFile;
import dev.weft.control.config.ConfigReader;
import dev.weft.control.config.Resource;
import dev.weft.control.model.Finding;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.SourceLocation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps of each file the version that is in force: the newest valid one. A file that turns invalid,
 * unreadable or (for a while) empty keeps its last good version; a file that is gone is gone. No
 * file affects another. Not thread-safe.
 */
final class LastGood {

  private final ConfigReader reader;
  private final Duration emptyGrace;
  private final LongSupplier nanoTime;
  private SortedMap<String, State> states = new TreeMap<>();

  /**
   * @param nanoTime a monotonic clock
   */
  LastGood(ConfigReader reader, Duration emptyGrace, LongSupplier nanoTime) {
    this.reader = reader;
    this.emptyGrace = emptyGrace;
    this.nanoTime = nanoTime;
  }

  /**
   * One file.
   *
   * @param seen what it held when it was last read
   * @param inForce its resources and findings
   * @param emptySince when it was first seen empty; null when it is not, or no longer in doubt
   */
  private record State(FileContent seen, ConfigFile inForce, @Nullable Long emptySince) {}

  /** Whether anything that is in force, or there is to say, has changed. */
  boolean update(Map<String, FileContent> contents) {
    SortedMap<String, State> next = new TreeMap<>();
    contents.forEach((name, content) -> next.put(name, next(name, states.get(name), content)));
    boolean changed = !files(next).equals(files());
    states = next;
    return changed;
  }

  List<ConfigFile> files() {
    return files(states);
  }

  /** How long until an empty file counts as emptied; empty if none is in doubt. */
  Optional<Duration> nextDecision() {
    return states.values().stream()
        .filter(state -> state.emptySince() != null)
        .map(this::undecided)
        .min(Duration::compareTo);
  }

  private Duration undecided(State state) {
    long since = state.emptySince() == null ? nanoTime.getAsLong() : state.emptySince();
    Duration left = emptyGrace.minusNanos(nanoTime.getAsLong() - since);
    return left.isNegative() ? Duration.ZERO : left;
  }

  private static List<ConfigFile> files(SortedMap<String, State> states) {
    return states.values().stream().map(State::inForce).toList();
  }

  private State next(String name, @Nullable State before, FileContent content) {
    if (before != null && before.emptySince() == null && before.seen().equals(content)) {
      return before;
    }
    List<Resource> good = before == null ? List.of() : before.inForce().resources();
    if (content instanceof FileContent.Bytes bytes) {
      return bytes.isBlank() && !good.isEmpty()
          ? empty(name, before, bytes)
          : read(name, good, bytes);
    }
    String reason = ((FileContent.Unreadable) content).reason();
    Finding finding = finding(FindingCode.UNREADABLE, name, "the file cannot be read: " + reason);
    return new State(content, held(name, good, List.of(finding)), null);
  }

  private State read(String name, List<Resource> good, FileContent.Bytes bytes) {
    ConfigFile file = reader.read(name, bytes.bytes());
    return new State(bytes, file.isValid() ? file : held(name, good, file.findings()), null);
  }

  private State empty(String name, @Nullable State before, FileContent.Bytes bytes) {
    Long known = before == null ? null : before.emptySince();
    long since = known == null ? nanoTime.getAsLong() : known;
    if (nanoTime.getAsLong() - since >= emptyGrace.toNanos()) {
      return new State(bytes, new ConfigFile(name, List.of(), List.of()), null);
    }
    List<Resource> good = before == null ? List.of() : before.inForce().resources();
    return new State(bytes, held(name, good, List.of()), since);
  }

  private static ConfigFile held(String name, List<Resource> good, List<Finding> findings) {
    List<Finding> all = new ArrayList<>(findings);
    if (!good.isEmpty()) {
      String message =
          "the last good version of the file stays in force (" + good.size() + " resources)";
      all.add(finding(FindingCode.LAST_GOOD, name, message));
    }
    return new ConfigFile(name, good, all);
  }

  private static Finding finding(FindingCode code, String name, String message) {
    return new Finding(code, null, new SourceLocation(name, 0), "", message);
  }
}
