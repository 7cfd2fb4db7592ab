package sun.nio.ch;

import dev.weft.bridge.KeepAlive;
import dev.weft.instrumentation.jdksockets.Memory;
import dev.weft.instrumentation.jdksockets.RawSocket;
import java.io.FileDescriptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.concurrent.ConcurrentLinkedQueue;
import jdk.internal.misc.Unsafe;
import org.jspecify.annotations.NullMarked;
import sun.net.ext.ExtendedSocketOptions;

/**
 * The kernel's side of a connection: the same descriptor number in an object of its own, of which
 * no hook knows.
 */
@NullMarked
final class WeftSocket implements RawSocket {

  static final Unsafe UNSAFE = Unsafe.getUnsafe();

  /** Where the bytes of an array begin. */
  static final long ARRAY = arrayBaseOffset();

  private static final NativeDispatcher SYSTEM = new SocketDispatcher();
  private static final int BLOCK = 64 * 1024;
  private static final int BOTH_WAYS = 2;

  /** Native memory for system calls: addresses of blocks. */
  private static final ConcurrentLinkedQueue<Long> BLOCKS = new ConcurrentLinkedQueue<>();

  private final FileDescriptor raw;

  WeftSocket(int number) {
    raw = IOUtil.newFD(number);
  }

  /** By its name: it is an int in some versions, and a long in others. */
  private static long arrayBaseOffset() {
    try {
      return Unsafe.class.getField("ARRAY_BYTE_BASE_OFFSET").getLong(null);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Whether it is of TCP: only that has this option. */
  boolean isStream() {
    try {
      return Net.getSocketOption(raw, StandardSocketOptions.TCP_NODELAY) != null;
    } catch (IOException e) {
      return false;
    }
  }

  private static Long take() {
    Long block = BLOCKS.poll();
    return block == null ? (Long) UNSAFE.allocateMemory(BLOCK) : block;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    Long block = take();
    try {
      int count = SYSTEM.read(raw, block, Math.min(length, BLOCK));
      if (count > 0) {
        UNSAFE.copyMemory(null, block, to, ARRAY + offset, count);
      }
      return count;
    } finally {
      BLOCKS.offer(block);
    }
  }

  @Override
  public int read(Memory to, int most) throws IOException {
    return ((WeftMemory) to).read(SYSTEM, raw, most);
  }

  @Override
  public int write(byte[] from, int offset, int length) throws IOException {
    Long block = take();
    try {
      int count = Math.min(length, BLOCK);
      UNSAFE.copyMemory(from, ARRAY + offset, null, block, count);
      return SYSTEM.write(raw, block, count);
    } finally {
      BLOCKS.offer(block);
    }
  }

  @Override
  public int write(Memory from) throws IOException {
    return ((WeftMemory) from).write(SYSTEM, raw);
  }

  @Override
  public boolean readable() throws IOException {
    return Net.poll(raw, Net.POLLIN, 0) != 0;
  }

  @Override
  public boolean writable() throws IOException {
    return Net.poll(raw, Net.POLLOUT, 0) == Net.POLLOUT;
  }

  @Override
  public void awaitReadable(int millis) throws IOException {
    int unused = Net.poll(raw, Net.POLLIN, millis);
  }

  @Override
  public void awaitWritable(int millis) throws IOException {
    int unused = Net.poll(raw, Net.POLLOUT, millis);
  }

  @Override
  public void keepAlive(KeepAlive settings) throws IOException {
    Net.setSocketOption(raw, StandardSocketOptions.SO_KEEPALIVE, true);
    // Of the module jdk.net, which an image may lack: then the system's own values hold.
    for (SocketOption<?> option : ExtendedSocketOptions.getInstance().options()) {
      int value =
          switch (option.name()) {
            case "TCP_KEEPCOUNT" -> settings.probes();
            case "TCP_KEEPIDLE" -> settings.timeSeconds();
            case "TCP_KEEPINTERVAL" -> settings.intervalSeconds();
            default -> 0;
          };
      if (value > 0) {
        Net.setSocketOption(raw, option, value);
      }
    }
  }

  @Override
  public InetSocketAddress local() throws IOException {
    return Net.localAddress(raw);
  }

  @Override
  public InetSocketAddress remote() throws IOException {
    return Net.remoteAddress(raw);
  }

  @Override
  public RawSocket duplicate() throws IOException {
    FileDescriptor twin = Net.socket(/* stream= */ true);
    try {
      new DatagramDispatcher().dup(raw, twin); // of any kind, in spite of its name
    } catch (IOException | RuntimeException | Error e) {
      SYSTEM.close(twin);
      throw e;
    }
    return new WeftSocket(IOUtil.fdVal(twin));
  }

  @Override
  public void close() throws IOException {
    SYSTEM.close(raw);
  }

  @Override
  public void shutdown() {
    try {
      Net.shutdown(raw, BOTH_WAYS);
    } catch (IOException e) {
      // Not connected any more, or not yet: then the stage alone keeps everything out.
    }
  }
}
