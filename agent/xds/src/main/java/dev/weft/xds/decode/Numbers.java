package dev.weft.xds.decode;

/** Unsigned numbers as Java's. */
final class Numbers {

  private Numbers() {}

  /** The value, when it is at least this and fits. */
  static int from(int least, long value, Where where) throws InvalidResourceException {
    if (value < least || value > Integer.MAX_VALUE) {
      throw where.refuse(value + " (expected: " + least + " to " + Integer.MAX_VALUE + ")");
    }
    return (int) value;
  }
}
