package dev.weft.bridge;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a copy of a request body while it streams past, as far as {@link Step.Send#keep} allows.
 * One writer at a time; readable from any thread after {@link #complete}.
 */
public final class ReplayBuffer {

  private final int limit;
  private @Nullable ByteArrayOutputStream kept;
  private boolean complete;

  /** Keeps up to this many bytes; 0 keeps nothing. */
  public ReplayBuffer(int limit) {
    this.limit = limit;
    this.kept = limit > 0 ? new ByteArrayOutputStream(Math.min(limit, 1024)) : null;
  }

  public synchronized void add(byte[] bytes, int offset, int length) {
    if (kept == null) {
      return;
    }
    if (kept.size() + length > limit) {
      kept = null; // too large: let the memory go at once
    } else {
      kept.write(bytes, offset, length);
    }
  }

  /** Adds what the buffer holds, without moving its position. */
  public synchronized void add(ByteBuffer bytes) {
    if (kept == null) {
      return;
    }
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    add(copy, 0, copy.length);
  }

  /** The body has ended well. */
  public synchronized void complete() {
    complete = true;
  }

  /** The whole body, or null while it is incomplete or when it was larger than the limit. */
  public synchronized byte @Nullable [] whole() {
    return complete && kept != null ? kept.toByteArray() : null;
  }
}
