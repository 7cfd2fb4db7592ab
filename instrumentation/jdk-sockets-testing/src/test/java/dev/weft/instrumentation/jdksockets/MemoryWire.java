package dev.weft.instrumentation.jdksockets;

import dev.weft.bridge.KeepAlive;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Two ends of a connection in memory that never block. How much each call moves is the test's
 * choice, and so is which call fails.
 */
final class MemoryWire {

  static final int PORT = 443;

  /** One direction. */
  private static final class Pipe {
    private final ByteArrayOutputStream seen = new ByteArrayOutputStream();
    private final Bytes bytes = new Bytes();
    private boolean ended;
    private long moved;
  }

  /** How an end behaves. */
  static final class Behaviour {
    /** The most that the n-th read gives. */
    IntFunction<Integer> reads = call -> Integer.MAX_VALUE;

    /** The most that the n-th write takes; 0: not now. */
    IntFunction<Integer> writes = call -> Integer.MAX_VALUE;

    /** The most that lies between the ends. */
    int capacity = 64 * 1024;

    /** The call that fails, counted from 0; -1: none. */
    int failingCall = -1;

    @Nullable Throwable failure;
  }

  private final Pipe toServer = new Pipe();
  private final Pipe toClient = new Pipe();

  End client(Behaviour behaviour) {
    return new End(toClient, toServer, behaviour, address(50000), address(PORT));
  }

  End server(Behaviour behaviour) {
    return new End(toServer, toClient, behaviour, address(PORT), address(50000));
  }

  static InetSocketAddress address(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** All that was sent by the client. */
  byte[] fromClient() {
    return toServer.seen.toByteArray();
  }

  byte[] fromServer() {
    return toClient.seen.toByteArray();
  }

  /** How often a byte was written or read, so far. */
  long moved() {
    return toServer.moved + toClient.moved;
  }

  /** A client's bytes that no link has sent. */
  void inject(byte[] bytes) {
    toServer.bytes.add(bytes, 0, bytes.length);
  }

  void endClient() {
    toServer.ended = true;
  }

  /** One end. */
  static final class End implements RawSocket {
    private final Pipe in;
    private final Pipe out;
    private final Behaviour behaviour;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private int reads;
    private int writes;
    private int calls;
    private boolean down;
    private boolean roomy;

    End(Pipe in, Pipe out, Behaviour behaviour, InetSocketAddress local, InetSocketAddress remote) {
      this.in = in;
      this.out = out;
      this.behaviour = behaviour;
      this.local = local;
      this.remote = remote;
    }

    /** Calls so far, of which each may be made to fail. */
    int calls() {
      return calls;
    }

    boolean isDown() {
      return down;
    }

    private void call() throws IOException {
      if (calls++ == behaviour.failingCall) {
        if (behaviour.failure instanceof IOException failure) {
          throw failure;
        }
        if (behaviour.failure instanceof Error failure) {
          throw failure;
        }
        throw (RuntimeException) behaviour.failure;
      }
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      call();
      if (down) {
        return Status.EOF;
      }
      int most = Math.min(length, behaviour.reads.apply(reads++));
      int count = Math.min(most, in.bytes.size());
      if (in.bytes.isEmpty()) {
        return in.ended ? Status.EOF : Status.UNAVAILABLE;
      }
      if (count == 0) {
        return Status.UNAVAILABLE;
      }
      System.arraycopy(in.bytes.array(), in.bytes.start(), to, offset, count);
      in.bytes.remove(count);
      in.moved += count;
      return count;
    }

    @Override
    public int read(Memory to, int most) throws IOException {
      byte[] buffer = new byte[Math.min(most, to.length())];
      int count = read(buffer, 0, buffer.length);
      if (count > 0) {
        to.put(0, buffer, 0, count);
      }
      return count;
    }

    @Override
    public int write(byte[] from, int offset, int length) throws IOException {
      call();
      if (down || out.ended) {
        throw new IOException("Broken pipe");
      }
      int room = behaviour.capacity - out.bytes.size();
      int most = Math.min(length, behaviour.writes.apply(writes++));
      int count = roomy ? length : Math.min(most, room);
      if (count <= 0) {
        return Status.UNAVAILABLE;
      }
      out.bytes.add(from, offset, count);
      out.seen.write(from, offset, count);
      out.moved += count;
      return count;
    }

    @Override
    public int write(Memory from) throws IOException {
      byte[] buffer = new byte[from.length()];
      from.get(0, buffer, 0, buffer.length);
      return write(buffer, 0, buffer.length);
    }

    @Override
    public boolean readable() throws IOException {
      call();
      return down || in.ended || !in.bytes.isEmpty();
    }

    @Override
    public boolean writable() throws IOException {
      call();
      return !down && (roomy || out.bytes.size() < behaviour.capacity);
    }

    @Override
    public void awaitReadable(int millis) {}

    @Override
    public void awaitWritable(int millis) {}

    @Override
    public void keepAlive(KeepAlive settings) {}

    @Override
    public InetSocketAddress local() throws IOException {
      call();
      return local;
    }

    @Override
    public InetSocketAddress remote() {
      return remote;
    }

    @Override
    public RawSocket duplicate() throws IOException {
      call();
      return new End(in, out, new Behaviour(), local, remote);
    }

    @Override
    public void close() {
      out.ended = true;
    }

    @Override
    public void shutdown() {
      down = true;
      in.ended = true;
      out.ended = true;
    }

    /** Everything that is written fits from now on. */
    void takeAll() {
      roomy = true;
    }

    /** As the kernel does when the application ends its output. */
    void endOutput() {
      out.ended = true;
    }
  }
}
