package dev.weft.instrumentation.httpurlconnection;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** The application's end of a streamed request body: tells when it cannot be written. */
final class StreamedBody extends FilterOutputStream {

  private final MeshConnection owner;

  StreamedBody(OutputStream out, MeshConnection owner) {
    super(out);
    this.owner = owner;
  }

  @Override
  public void write(int single) throws IOException {
    write(new byte[] {(byte) single}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      owner.streamBroke();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    try {
      out.close();
    } catch (IOException e) {
      owner.streamBroke();
      throw e;
    }
  }
}
