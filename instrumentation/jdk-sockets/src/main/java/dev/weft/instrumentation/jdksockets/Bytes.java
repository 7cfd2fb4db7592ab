package dev.weft.instrumentation.jdksockets;

import java.util.Arrays;

/** Bytes that wait, first in, first out. Empty ones hold no memory. */
final class Bytes {

  private static final byte[] NONE = {};

  private byte[] array = NONE;
  private int start;
  private int end;

  int size() {
    return end - start;
  }

  boolean isEmpty() {
    return start == end;
  }

  byte[] array() {
    return array;
  }

  /** Where the first byte lies in the array. */
  int start() {
    return start;
  }

  void add(byte[] from, int offset, int count) {
    reserve(count);
    System.arraycopy(from, offset, array, end, count);
    end += count;
  }

  void add(Memory from, int position, int count) {
    reserve(count);
    from.get(position, array, end, count);
    end += count;
  }

  /** Makes room behind the last byte, at {@link #end()}. */
  void reserve(int count) {
    if (array.length - end >= count) {
      return;
    }
    int size = size();
    byte[] room = array.length >= size + count ? array : new byte[Math.max(size + count, 512)];
    System.arraycopy(array, start, room, 0, size);
    array = room;
    start = 0;
    end = size;
  }

  int end() {
    return end;
  }

  /** This many bytes were written behind the last one. */
  void added(int count) {
    end += count;
  }

  void remove(int count) {
    start += count;
    if (start == end) {
      clear();
    }
  }

  /** Moves as many as fit; returns how many. */
  int moveTo(Memory to, int position) {
    int count = Math.min(size(), to.length() - position);
    if (count > 0) {
      to.put(position, array, start, count);
      remove(count);
    }
    return count;
  }

  /** Moves all of them to the begin of an array; returns how many. */
  int moveTo(byte[] to) {
    int count = size();
    System.arraycopy(array, start, to, 0, count);
    clear();
    return count;
  }

  void clear() {
    if (array.length > 0) {
      Arrays.fill(array, start, end, (byte) 0); // plaintext does not outlive its use
    }
    array = NONE;
    start = 0;
    end = 0;
  }
}
