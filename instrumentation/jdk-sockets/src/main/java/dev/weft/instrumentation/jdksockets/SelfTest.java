package dev.weft.instrumentation.jdksockets;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.IDN;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.ScatteringByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends bytes through loopback connections of every kind, and watches the hooks. */
final class SelfTest {

  private static final int PATIENCE_MILLIS = 5000;
  private static final int PART = 10;

  private final SelfTestWire wire = new SelfTestWire();
  private final List<String> problems = new ArrayList<>();
  private final byte[] question = bytes(1000, 1);
  private final byte[] answer = bytes(3000, 2);

  private final NativeLoading loading;

  private SelfTest(NativeLoading loading) {
    this.loading = loading;
  }

  /** What did not act or did not come through; empty: all is well. One at a time. */
  static synchronized List<String> run(NativeLoading loading) {
    SelfTest test = new SelfTest(loading);
    Acts acts = Acts.watch();
    Links.selfTest(test.wire);
    try {
      test.all();
    } finally {
      Links.selfTest(null);
      Acts.forget();
    }
    for (Act act : acts.missing()) {
      test.problems.add("no hook acts on " + act);
    }
    return test.problems;
  }

  /** One kind of connection. */
  private interface Kind {
    void exchange() throws Exception;
  }

  private void all() {
    attempt(
        "blocking sockets",
        new Kind() {
          @Override
          public void exchange() throws Exception {
            sockets();
          }
        });
    attempt(
        "channels with a selector",
        new Kind() {
          @Override
          public void exchange() throws Exception {
            channels();
          }
        });
    attempt(
        "asynchronous channels",
        new Kind() {
          @Override
          public void exchange() throws Exception {
            asynchronous();
          }
        });
    IDN.toASCII("outbound_.80_._.self-test", IDN.USE_STD3_ASCII_RULES);
    refusesToLoad(/* byName= */ false);
    refusesToLoad(/* byName= */ true);
  }

  private void refusesToLoad(boolean byName) {
    try {
      if (byName) {
        loading.byName();
      } else {
        loading.byFile();
      }
      problems.add("a native transport could be loaded");
    } catch (UnsatisfiedLinkError e) {
      boolean ours = String.valueOf(e.getMessage()).startsWith(NativeTransports.REFUSAL);
      check(ours || NativeTransports.areAllowed(), "a native transport was looked for: " + e);
    }
  }

  private void attempt(String kind, Kind exchange) {
    int opened = wire.opened();
    int closed = wire.closed();
    try {
      exchange.exchange();
    } catch (Exception | Error e) {
      String refusal = wire.refusal();
      problems.add(kind + ": " + e + (refusal == null ? "" : " (" + refusal + ")"));
      return;
    }
    check(wire.opened() - opened == 2, kind + ": the begin of connections is missed");
    check(wire.closed() - closed == 2, kind + ": the end of connections is missed");
  }

  private void check(boolean condition, String problem) {
    if (!condition) {
      problems.add(problem);
    }
  }

  private static byte[] bytes(int count, int seed) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) (seed + 31 * i);
    }
    return bytes;
  }

  // Blocking sockets. The client is another thread: each side waits for the other.

  private void sockets() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      server.setSoTimeout(PATIENCE_MILLIS); // nobody comes where the hook is missing
      InetSocketAddress address = (InetSocketAddress) server.getLocalSocketAddress();
      wire.serves(address);
      wire.redirects(address);
      InetSocketAddress decoy = SelfTestWire.DECOY;
      Client client =
          new Client() {
            @Override
            void talk() throws IOException {
              try (Socket socket = new Socket(decoy.getAddress(), decoy.getPort())) {
                socket.setSoTimeout(PATIENCE_MILLIS);
                socket.getOutputStream().write(question);
                socket.shutdownOutput();
                expect(answer, socket.getInputStream().readAllBytes(), "Socket");
              }
            }
          };
      client.start();
      try (Socket socket = server.accept()) {
        socket.setSoTimeout(PATIENCE_MILLIS);
        InputStream in = socket.getInputStream();
        byte[] first = in.readNBytes(PART);
        check(in.available() == question.length - PART, "Socket: available() counts ciphertext");
        byte[] rest = in.readAllBytes();
        expect(question, joined(first, rest), "Socket");
        refusesUrgent(socket);
        socket.getOutputStream().write(answer);
        socket.shutdownOutput();
        client.finish();
      }
    }
  }

  private void refusesUrgent(Socket socket) {
    try {
      socket.sendUrgentData(1);
      problems.add("urgent data passes beside TLS");
    } catch (IOException e) {
      // As it must be.
    }
  }

  // Channels: gathering and scattering, a selector, a file.

  private void channels() throws Exception {
    try (ServerSocketChannel server = ServerSocketChannel.open();
        Selector selector = Selector.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
      InetSocketAddress address = (InetSocketAddress) server.getLocalAddress();
      wire.serves(address);
      Client client =
          new Client() {
            @Override
            void talk() throws IOException {
              try (SocketChannel channel = SocketChannel.open(address)) {
                ByteBuffer[] parts = {
                  ByteBuffer.wrap(question, 0, PART),
                  ByteBuffer.wrap(question, PART, question.length - PART)
                };
                while (parts[1].hasRemaining()) {
                  channel.write(parts);
                }
                channel.shutdownOutput();
                byte[] sent = sample();
                expect(sent, readAll(channel, sent.length), "SocketChannel, a file");
              }
            }
          };
      client.start();
      try (SocketChannel channel = server.accept()) {
        channel.configureBlocking(false);
        SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
        expect(question, selectAll(channel, selector), "SocketChannel, selected");
        key.cancel();
        selector.selectNow();
        channel.configureBlocking(true);
        channel.socket().getInputStream().available();
        refusesUrgent(channel.socket());
        send(channel);
        client.finish();
      }
    }
  }

  /** Reads in small parts: what is left over must be selected, although the kernel has nothing. */
  private byte[] selectAll(SocketChannel channel, Selector selector) throws IOException {
    ByteBuffer all = ByteBuffer.allocate(question.length + 1);
    ByteBuffer[] parts = {ByteBuffer.allocate(PART), ByteBuffer.allocate(PART)};
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    while (true) {
      selector.selectedKeys().clear();
      // It may be woken for nothing: only time tells that nothing comes.
      if (selector.select(PATIENCE_MILLIS) == 0 && System.nanoTime() - end > 0) {
        throw new IOException("bytes are left over, and no selector finds them");
      }
      if (((ScatteringByteChannel) channel).read(parts) < 0) {
        return Arrays.copyOf(all.array(), all.position());
      }
      for (ByteBuffer part : parts) {
        all.put(part.flip());
        part.clear();
      }
    }
  }

  private static Path sampleFile() {
    return Path.of(System.getProperty("java.home"), "release");
  }

  private static byte[] sample() throws IOException {
    try (FileChannel file = FileChannel.open(sampleFile())) {
      ByteBuffer content = ByteBuffer.allocate((int) Math.min(file.size(), 1000));
      file.read(content);
      return Arrays.copyOf(content.array(), content.position());
    }
  }

  private static void send(SocketChannel channel) throws IOException {
    try (FileChannel file = FileChannel.open(sampleFile())) {
      long size = Math.min(file.size(), 1000);
      for (long sent = 0; sent < size; ) {
        sent += file.transferTo(sent, size - sent, channel);
      }
    }
  }

  private static byte[] readAll(SocketChannel channel, int count) throws IOException {
    ByteBuffer all = ByteBuffer.allocate(count);
    while (all.hasRemaining()) {
      if (channel.read(all) < 0) {
        throw new EOFException("after " + all.position() + " bytes");
      }
    }
    return all.array();
  }

  // Asynchronous channels.

  private void asynchronous() throws Exception {
    AsynchronousChannelGroup group = AsynchronousChannelGroup.withFixedThreadPool(1, new Daemons());
    try (AsynchronousServerSocketChannel server = AsynchronousServerSocketChannel.open(group)) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
      InetSocketAddress address = (InetSocketAddress) server.getLocalAddress();
      wire.serves(address);
      Future<AsynchronousSocketChannel> accepting = server.accept();
      try (AsynchronousSocketChannel client = AsynchronousSocketChannel.open(group)) {
        get(client.connect(address));
        try (AsynchronousSocketChannel accepted = get(accepting)) {
          Future<Integer> reading = accepted.read(ByteBuffer.allocate(0));
          get(reading);
          ByteBuffer first = ByteBuffer.allocate(PART);
          reading = accepted.read(first); // before there is anything: it has to wait
          get(client.write(ByteBuffer.wrap(question)));
          get(reading);
          ByteBuffer rest = ByteBuffer.allocate(question.length - PART);
          while (rest.hasRemaining()) {
            if (get(accepted.read(rest)) < 0) {
              throw new EOFException("AsynchronousSocketChannel: bytes are missing");
            }
          }
          byte[] all = joined(Arrays.copyOf(first.array(), PART), rest.array());
          expect(question, all, "AsynchronousSocketChannel");
          client.shutdownOutput();
          boolean ended = get(accepted.read(ByteBuffer.allocate(1))) < 0;
          check(ended, "AsynchronousSocketChannel: no end");
        }
      }
    } finally {
      group.shutdownNow();
    }
  }

  private static <T> T get(Future<T> future)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static final class Daemons implements ThreadFactory {
    @Override
    public Thread newThread(Runnable task) {
      Thread thread = new Thread(null, task, "weft-sockets-self-test", 0, false);
      thread.setDaemon(true);
      return thread;
    }
  }

  private static void expect(byte[] expected, byte[] found, String kind) throws IOException {
    if (!Arrays.equals(expected, found)) {
      throw new IOException(
          kind + ": other bytes than were sent, " + found.length + " of " + expected.length);
    }
  }

  private static byte[] joined(byte[] first, byte[] rest) {
    byte[] all = Arrays.copyOf(first, first.length + rest.length);
    System.arraycopy(rest, 0, all, first.length, rest.length);
    return all;
  }

  /** The other end. */
  private abstract static class Client implements Runnable {
    private final Thread thread = new Daemons().newThread(this);
    private volatile Throwable failure = new TimeoutException("the client did not finish");
    private volatile boolean finished;

    abstract void talk() throws IOException;

    void start() {
      thread.start();
    }

    @Override
    public void run() {
      try {
        talk();
        finished = true;
      } catch (IOException | RuntimeException | Error e) {
        failure = e;
      }
    }

    void finish() throws IOException, InterruptedException {
      thread.join(PATIENCE_MILLIS);
      if (!finished) {
        throw new IOException("the client: " + failure, failure);
      }
    }
  }
}
