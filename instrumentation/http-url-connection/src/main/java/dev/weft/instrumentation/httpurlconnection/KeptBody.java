package dev.weft.instrumentation.httpurlconnection;

import dev.weft.bridge.ReplayBuffer;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Keeps a copy of what is streamed, as far as the engine wants one. */
final class KeptBody extends FilterOutputStream {

  private final ReplayBuffer copy;

  KeptBody(OutputStream out, ReplayBuffer copy) {
    super(out);
    this.copy = copy;
  }

  @Override
  public void write(int single) throws IOException {
    write(new byte[] {(byte) single}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
    copy.add(bytes, offset, length);
  }

  @Override
  public void close() throws IOException {
    out.close();
    copy.complete();
  }
}
