package dev.weft.instrumentation.httpurlconnection;

import dev.weft.bridge.Ending;
import dev.weft.bridge.Headers;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.Cleaner;
import org.jspecify.annotations.Nullable;

/** A response body: counts what passes, and tells the engine when it is over. */
final class Body extends FilterInputStream {

  private final @Nullable Attempt attempt;
  private final @Nullable Ending ending;
  private final Cleaner.@Nullable Cleanable abandonment;
  private long bytes;
  private boolean closed;

  /**
   * @param attempt whose socket it comes from; null: from memory
   * @param ending null: nobody is to be told
   */
  Body(InputStream in, @Nullable Attempt attempt, @Nullable Ending ending) {
    super(in);
    this.attempt = attempt;
    this.ending = ending;
    this.abandonment = ending == null ? null : Abandoned.watch(this, ending);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    ensureOpen();
    int count;
    try {
      count = in.read(into, offset, length);
    } catch (IOException e) {
      over(e);
      throw e;
    }
    if (count < 0) {
      over(null);
    } else {
      bytes += count;
    }
    return count;
  }

  @Override
  public long skip(long wanted) throws IOException {
    ensureOpen();
    byte[] away = new byte[(int) Math.min(8096, Math.max(wanted, 0))];
    long skipped = 0;
    while (skipped < wanted) {
      int count = read(away, 0, (int) Math.min(away.length, wanted - skipped));
      if (count < 0) {
        break;
      }
      skipped += count;
    }
    return skipped;
  }

  @Override
  public int available() throws IOException {
    return closed ? 0 : in.available();
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      in.close();
    } finally {
      over(null);
    }
  }

  /** Ends it in the engine's eyes; the stream itself stays as it is. Any thread. */
  void over(@Nullable IOException failure) {
    if (attempt != null) {
      attempt.over();
    }
    if (ending != null) {
      ending.finished(bytes, Headers.NONE, failure);
    }
    if (abandonment != null) {
      abandonment.clean();
    }
  }

  private void ensureOpen() throws IOException {
    if (closed) {
      throw new IOException("stream is closed");
    }
  }
}
