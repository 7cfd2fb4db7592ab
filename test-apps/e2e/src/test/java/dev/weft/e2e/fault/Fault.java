package dev.weft.e2e.fault;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/**
 * Every method of an agent under test begins by asking whether it is to fail. The orders come
 * through a file that the test and the JVM under test both map, so that asking takes no lock, no
 * thread and none of the sockets that the agent weaves:
 *
 * <pre>
 * int  0  what to do: {@link #NOTHING}, {@link #RECORD}, or the number of the method that fails
 * int  4  how often it failed
 * int  8  how: {@link #EXCEPTION} or {@link #ERROR}
 * byte 16 + n  whether method n was called while recording
 * </pre>
 */
public final class Fault {

  static final int NOTHING = 0;
  static final int RECORD = -1;

  static final int EXCEPTION = 0;
  static final int ERROR = 1;

  static final int ORDER = 0;
  static final int COUNT = 4;
  static final int KIND = 8;
  static final int CALLED = 16;

  static final String FILE = "e2e.faults";

  private static final VarHandle INT =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final ByteBuffer ORDERS = map();

  private Fault() {}

  private static ByteBuffer map() {
    try (RandomAccessFile file = new RandomAccessFile(System.getProperty(FILE), "rw")) {
      return file.getChannel().map(FileChannel.MapMode.READ_WRITE, 0, file.length());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The method of this number begins. */
  public static void at(int method) {
    ByteBuffer orders = ORDERS;
    if (orders == null) {
      return; // this class is being initialized, by way of woven classes of the JDK
    }
    int order = (int) INT.getVolatile(orders, ORDER);
    if (order == NOTHING) {
      return;
    }
    if (order == RECORD) {
      orders.put(CALLED + method, (byte) 1);
    } else if (order == method) {
      INT.getAndAdd(orders, COUNT, 1);
      if ((int) INT.getVolatile(orders, KIND) == ERROR) {
        throw new LinkageError("on purpose, in method " + method);
      }
      throw new IllegalStateException("on purpose, in method " + method);
    }
  }
}
