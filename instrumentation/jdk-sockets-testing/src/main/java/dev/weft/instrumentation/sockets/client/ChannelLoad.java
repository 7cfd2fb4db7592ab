package dev.weft.instrumentation.sockets.client;

import dev.weft.instrumentation.sockets.Content;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.Executors;

/** Channels that never block, gathering and scattering, registered before they are connected. */
final class ChannelLoad implements Client {

  private static final int LARGEST = 300_000;
  private static final int TIMEOUT_MILLIS = 30_000;

  @Override
  public void run(int port, Work work, Tally tally) throws Exception {
    tally.all(
        Executors.newFixedThreadPool(work.threads()),
        work.threads(),
        number -> {
          for (int i = 0; i < work.calls(); i++) {
            byte[] body = Content.pattern(31 * i + number, 1 + (7919 * i) % LARGEST);
            tally.attempt(() -> echo(port, body));
          }
        });
  }

  private static void echo(int port, byte[] body) throws IOException {
    try (Selector selector = Selector.open();
        SocketChannel channel = SocketChannel.open()) {
      channel.configureBlocking(false);
      SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
      if (channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
        key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
      }
      ByteBuffer[] out = {
        ByteBuffer.wrap(body, 0, body.length / 2),
        ByteBuffer.wrap(body, body.length / 2, body.length - body.length / 2)
      };
      ByteBuffer in = ByteBuffer.allocate(body.length + 1);
      while (true) {
        selector.selectedKeys().clear();
        if (selector.select(TIMEOUT_MILLIS) == 0) {
          throw new IOException("nothing happens, after " + in.position() + " bytes");
        }
        if (key.isConnectable() && channel.finishConnect()) {
          key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        }
        if (key.isWritable()) {
          channel.write(out);
          if (!out[1].hasRemaining()) {
            channel.shutdownOutput();
            key.interestOps(SelectionKey.OP_READ);
          }
        }
        if (key.isReadable() && !read(channel, in)) {
          Content.compare(body, Arrays.copyOf(in.array(), in.position()), "echo");
          return;
        }
      }
    }
  }

  /** Once, in small parts: what is left over must be selected again. */
  private static boolean read(SocketChannel channel, ByteBuffer in) throws IOException {
    ByteBuffer[] parts = {ByteBuffer.allocate(100), ByteBuffer.allocate(5000)};
    long count = channel.read(parts);
    for (ByteBuffer part : parts) {
      in.put(part.flip());
    }
    return count >= 0;
  }
}
