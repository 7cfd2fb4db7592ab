package sun.nio.ch;

import dev.weft.instrumentation.jdksockets.Memory;
import java.io.FileDescriptor;
import java.io.IOException;
import org.jspecify.annotations.NullMarked;

/** The native memory of one read or write. */
@NullMarked
abstract class WeftMemory implements Memory {

  abstract int read(NativeDispatcher system, FileDescriptor raw, int most) throws IOException;

  abstract int write(NativeDispatcher system, FileDescriptor raw) throws IOException;

  /** One buffer. */
  static final class Buffer extends WeftMemory {
    private final long address;
    private final int length;

    Buffer(long address, int length) {
      this.address = address;
      this.length = length;
    }

    @Override
    public int length() {
      return length;
    }

    @Override
    public void put(int position, byte[] from, int offset, int count) {
      WeftSocket.UNSAFE.copyMemory(
          from, WeftSocket.ARRAY + offset, null, address + position, count);
    }

    @Override
    public void get(int position, byte[] to, int offset, int count) {
      WeftSocket.UNSAFE.copyMemory(null, address + position, to, WeftSocket.ARRAY + offset, count);
    }

    @Override
    int read(NativeDispatcher system, FileDescriptor raw, int most) throws IOException {
      return system.read(raw, address, Math.min(length, most));
    }

    @Override
    int write(NativeDispatcher system, FileDescriptor raw) throws IOException {
      return system.write(raw, address, length);
    }
  }

  /** Several buffers in a row: an array of {@code struct iovec}, an address and a length each. */
  static final class Vector extends WeftMemory {
    private static final int WORD = 8;
    private static final int LARGEST = 1 << 30;

    private final long address;
    private final int count;
    private final int length;

    Vector(long address, int count) {
      this.address = address;
      this.count = count;
      long all = 0;
      for (int i = 0; i < count; i++) {
        all += length(i);
      }
      this.length = (int) Math.min(all, LARGEST);
    }

    private long base(int index) {
      return WeftSocket.UNSAFE.getLong(address + 2L * WORD * index);
    }

    private long length(int index) {
      return WeftSocket.UNSAFE.getLong(address + 2L * WORD * index + WORD);
    }

    @Override
    public int length() {
      return length;
    }

    @Override
    public void put(int position, byte[] from, int offset, int amount) {
      copy(position, from, offset, amount, /* into= */ true);
    }

    @Override
    public void get(int position, byte[] to, int offset, int amount) {
      copy(position, to, offset, amount, /* into= */ false);
    }

    private void copy(int position, byte[] array, int offset, int amount, boolean into) {
      long skip = position;
      int done = 0;
      for (int i = 0; i < count && done < amount; i++) {
        long size = length(i);
        if (skip >= size) {
          skip -= size;
          continue;
        }
        int part = (int) Math.min(amount - done, size - skip);
        long heap = WeftSocket.ARRAY + offset + done;
        if (into) {
          WeftSocket.UNSAFE.copyMemory(array, heap, null, base(i) + skip, part);
        } else {
          WeftSocket.UNSAFE.copyMemory(null, base(i) + skip, array, heap, part);
        }
        done += part;
        skip = 0;
      }
    }

    @Override
    int read(NativeDispatcher system, FileDescriptor raw, int most) throws IOException {
      if (length <= most) {
        return (int) system.readv(raw, address, count);
      }
      int first = 0;
      while (length(first) == 0) {
        first++;
      }
      return system.read(raw, base(first), (int) Math.min(length(first), most));
    }

    @Override
    int write(NativeDispatcher system, FileDescriptor raw) throws IOException {
      return (int) system.writev(raw, address, count);
    }
  }
}
