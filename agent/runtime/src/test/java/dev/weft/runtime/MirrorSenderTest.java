package dev.weft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.engine.Mirrors;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class MirrorSenderTest {

  private final LinkedBlockingQueue<String> log = new LinkedBlockingQueue<>();
  private final Timer timer = new Timer(AgentThreads.lent("test"), System::nanoTime);
  private final MirrorSender sender = new MirrorSender(timer, log::add);
  private final ServerSocket server = listen();

  private static ServerSocket listen() {
    try {
      return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  private Mirrors.Copy copy(Duration timeout, Runnable over) {
    return new Mirrors.Copy(
        new InetSocketAddress(server.getInetAddress(), server.getLocalPort()),
        "POST",
        "reviews:9080",
        "/a?b",
        List.of(Map.entry("x-own", "o"), Map.entry("x-bad", "a\r\nb: c")),
        new byte[] {'h', 'i'},
        timeout,
        over);
  }

  private static String request(Socket socket, int bodyLength) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.read());
    }
    return head + new String(in.readNBytes(bodyLength), StandardCharsets.US_ASCII);
  }

  @Test
  void sendsTheRequestOnAConnectionOfItsOwn() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    assertThat(sender.take(copy(Duration.ofSeconds(10), over::countDown))).isTrue();
    try (Socket socket = server.accept()) {
      assertThat(request(socket, 2))
          .isEqualTo(
              "POST /a?b HTTP/1.1\r\nhost: reviews:9080\r\nx-own: o\r\ncontent-length: 2\r\n"
                  + "connection: close\r\n\r\nhi");
      assertThat(over.getCount()).as("until the answer is there").isEqualTo(1);
      socket.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    assertThat(over.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(log).isEmpty();
  }

  @Test
  void givesUpWhatTakesTooLong() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    sender.take(copy(Duration.ofMillis(50), over::countDown));
    try (Socket silent = server.accept()) {
      assertThat(over.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(silent.isClosed()).isFalse();
    }
    assertThat(log.poll(10, TimeUnit.SECONDS)).startsWith("mirror: ");
  }

  @Test
  void takesNoMoreThanItCanSendAtOnce() throws Exception {
    CountDownLatch over = new CountDownLatch(16);
    for (int i = 0; i < 16; i++) {
      assertThat(sender.take(copy(Duration.ofSeconds(20), over::countDown))).isTrue();
    }
    assertThat(sender.take(copy(Duration.ofSeconds(20), over::countDown))).isFalse();
    for (int i = 0; i < 16; i++) {
      server.accept().close();
    }
    assertThat(over.await(20, TimeUnit.SECONDS)).isTrue();
  }
}
