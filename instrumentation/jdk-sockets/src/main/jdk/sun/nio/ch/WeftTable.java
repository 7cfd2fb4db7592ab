package sun.nio.ch;

import dev.weft.instrumentation.jdksockets.Link;
import java.io.FileDescriptor;
import java.util.concurrent.atomic.AtomicReferenceArray;
import jdk.internal.access.JavaIOFileDescriptorAccess;
import jdk.internal.access.SharedSecrets;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * Guarded connections by their descriptor's number, for every number that there may be. An entry
 * knows its descriptor object: one that reuses the number never meets it.
 */
@NullMarked
final class WeftTable {

  /** A guarded connection, or only the selection key of a channel that is not connected yet. */
  static final class Entry {
    final FileDescriptor descriptor;
    final int number;
    final WeftReadiness readiness;
    @Nullable Link link;

    Entry(FileDescriptor descriptor, int number) {
      this.descriptor = descriptor;
      this.number = number;
      this.readiness = new WeftReadiness(number);
    }
  }

  private static final JavaIOFileDescriptorAccess NUMBERS =
      SharedSecrets.getJavaIOFileDescriptorAccess();
  private static final int CHUNK_BITS = 10;
  private static final int CHUNK = 1 << CHUNK_BITS;

  private static volatile Chunk[] chunks = new Chunk[64];

  private static final class Chunk extends AtomicReferenceArray<@Nullable Entry> {
    private static final long serialVersionUID = 1L;

    Chunk() {
      super(CHUNK);
    }
  }

  private WeftTable() {}

  /** The number of a descriptor; negative: closed. */
  static int number(FileDescriptor descriptor) {
    return NUMBERS.get(descriptor);
  }

  /** On the path of every read and write of the JVM's sockets. */
  static @Nullable Link link(FileDescriptor descriptor) {
    Entry entry = entry(NUMBERS.get(descriptor));
    return entry != null && entry.descriptor == descriptor ? entry.link : null;
  }

  static @Nullable Entry entry(FileDescriptor descriptor) {
    Entry entry = entry(NUMBERS.get(descriptor));
    return entry != null && entry.descriptor == descriptor ? entry : null;
  }

  static @Nullable Entry entry(int number) {
    Chunk[] all = chunks;
    int index = number >> CHUNK_BITS;
    if (number < 0 || index >= all.length) {
      return null;
    }
    Chunk chunk = all[index];
    // Acquired: an entry that one thread has put there must be whole for all others.
    return chunk == null ? null : chunk.getAcquire(number & (CHUNK - 1));
  }

  static void put(Entry entry) {
    set(entry.number, entry);
  }

  static void remove(Entry entry) {
    if (entry(entry.number) == entry) {
      set(entry.number, null);
    }
  }

  private static synchronized void set(int number, @Nullable Entry entry) {
    int index = number >> CHUNK_BITS;
    Chunk[] all = chunks;
    if (index >= all.length) {
      Chunk[] more = new Chunk[Math.max(index + 1, 2 * all.length)];
      System.arraycopy(all, 0, more, 0, all.length);
      all = more;
    }
    if (all[index] == null) {
      all[index] = new Chunk();
    }
    all[index].setRelease(number & (CHUNK - 1), entry);
    chunks = all; // volatile: a new chunk is seen, and the entry in it
  }
}
