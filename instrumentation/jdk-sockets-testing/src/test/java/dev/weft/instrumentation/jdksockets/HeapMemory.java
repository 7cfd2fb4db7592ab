package dev.weft.instrumentation.jdksockets;

/** An application's buffer on the heap. */
final class HeapMemory implements Memory {

  private final byte[] array;
  private final int offset;
  private final int length;

  HeapMemory(byte[] array, int offset, int length) {
    this.array = array;
    this.offset = offset;
    this.length = length;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public void put(int position, byte[] from, int start, int count) {
    check(position, count);
    System.arraycopy(from, start, array, offset + position, count);
  }

  @Override
  public void get(int position, byte[] to, int start, int count) {
    check(position, count);
    System.arraycopy(array, offset + position, to, start, count);
  }

  private void check(int position, int count) {
    if (position < 0 || count < 0 || position + count > length) {
      throw new IndexOutOfBoundsException(position + " and " + count + " of " + length);
    }
  }
}
