package dev.weft.instrumentation.sockets.client;

import dev.weft.instrumentation.sockets.Content;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Asynchronous channels that read and write at the same time, in small parts. */
final class AsynchronousLoad implements Client {

  private static final int LARGEST = 300_000;
  private static final int PART = 5000;

  @Override
  public void run(int port, Work work, Tally tally) throws Exception {
    ExecutorService writers = Executors.newCachedThreadPool();
    tally.all(
        Executors.newFixedThreadPool(work.threads()),
        work.threads(),
        number -> {
          for (int i = 0; i < work.calls(); i++) {
            byte[] body = Content.pattern(31 * i + number, 1 + (7919 * i) % LARGEST);
            tally.attempt(() -> echo(port, body, writers));
          }
        });
    writers.shutdownNow();
  }

  private static void echo(int port, byte[] body, ExecutorService writers) throws Exception {
    try (AsynchronousSocketChannel channel = AsynchronousSocketChannel.open()) {
      get(channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
      CompletableFuture<Void> written =
          CompletableFuture.runAsync(() -> write(channel, body), writers);
      ByteBuffer all = ByteBuffer.allocate(body.length + PART);
      ByteBuffer part = ByteBuffer.allocate(PART);
      while (get(channel.read(part)) >= 0) {
        all.put(part.flip());
        part.clear();
      }
      Content.compare(body, Arrays.copyOf(all.array(), all.position()), "echo");
      written.join();
    }
  }

  private static void write(AsynchronousSocketChannel channel, byte[] body) {
    try {
      for (ByteBuffer left = ByteBuffer.wrap(body); left.hasRemaining(); ) {
        get(channel.write(left));
      }
      channel.shutdownOutput();
    } catch (Exception e) {
      throw new CompletionException(e);
    }
  }

  private static <T> T get(Future<T> future) throws Exception {
    try {
      return future.get(30, TimeUnit.SECONDS);
    } catch (java.util.concurrent.TimeoutException e) {
      throw new IOException("an operation does not end", e);
    }
  }
}
