package dev.weft.xds;

import static dev.weft.xds.ScriptedControl.CLUSTERS;
import static dev.weft.xds.ScriptedControl.HOSTS;
import static dev.weft.xds.ScriptedControl.resource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Control services that are silent, broken, or no control service at all. */
@Timeout(120)
class HostileControlTest {

  private static final ControlSettings.Timing IMPATIENT =
      new ControlSettings.Timing(
          Duration.ofSeconds(2),
          Duration.ofMillis(300),
          Duration.ofMillis(200),
          Duration.ofMillis(1),
          Duration.ofMillis(20));

  /** What a connection gets. */
  private interface Script {
    void serve(OutputStream out) throws IOException;
  }

  /** Accepts, serves, and holds the connection open until it is closed. */
  private static final class RawServer implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final AtomicInteger accepted = new AtomicInteger();
    private final Script script;

    RawServer(Script script) throws IOException {
      this.script = script;
      start(this::accept);
    }

    private static void start(Runnable task) {
      Thread thread = new Thread(task, "raw-server");
      thread.setDaemon(true);
      thread.start();
    }

    private void accept() {
      try {
        while (true) {
          Socket connection = socket.accept();
          accepted.incrementAndGet();
          start(() -> serve(connection));
        }
      } catch (IOException e) {
        // closed
      }
    }

    private void serve(Socket connection) {
      try (connection) {
        script.serve(connection.getOutputStream());
        connection.getOutputStream().flush();
        connection.getInputStream().transferTo(OutputStream.nullOutputStream());
      } catch (SocketException e) {
        // the client has gone, as it should
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    int port() {
      return socket.getLocalPort();
    }

    void awaitConnections(int count) {
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertThat(accepted.get()).isGreaterThanOrEqualTo(count));
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static void awaitReason(Script script, String reason) throws Exception {
    try (RawServer server = new RawServer(script);
        ClientUnderTest test = new ClientUnderTest(server.port(), IMPATIENT)) {
      test.awaitLine(reason);
      server.awaitConnections(3);
      assertThat(test.client.status().connected()).isFalse();
      assertThat(test.snapshots).isEmpty();
    }
  }

  @Test
  void oneThatAcceptsAndNeverAnswers() throws Exception {
    awaitReason(out -> {}, "no answer within 300 ms");
  }

  @Test
  void oneThatGreetsAndNeverAnswers() throws Exception {
    awaitReason(
        out -> out.write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0}), "no answer within 300 ms");
  }

  @Test
  void oneThatSpeaksHttp1() throws Exception {
    awaitReason(
        out -> out.write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII)),
        "frame of 4740180 bytes (expected: at most 16384): not HTTP/2?");
  }

  @Test
  void oneThatStartsWithAnotherFrame() throws Exception {
    awaitReason(
        out -> out.write(new byte[] {0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8}),
        "first frame of type 6 (expected: SETTINGS)");
  }

  @Test
  void oneThatHangsUp() throws Exception {
    awaitReason(
        out -> {
          throw new SocketException("hang up");
        },
        "connection closed by the control service");
  }

  @Test
  void oneThatSendsGarbage() throws Exception {
    long seed = System.nanoTime();
    System.out.println("garbage seed: " + seed);
    SplittableRandom seeds = new SplittableRandom(seed);
    Script script =
        out -> {
          SplittableRandom random;
          synchronized (seeds) {
            random = seeds.split();
          }
          if (random.nextBoolean()) {
            out.write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
          }
          byte[] bytes = new byte[random.nextInt(1, 2000)];
          random.nextBytes(bytes);
          for (int i = 0; i + 9 < bytes.length; i += 64) {
            bytes[i] = 0; // frames of a plausible size
            bytes[i + 1] = 0;
            bytes[i + 2] = 55;
            bytes[i + 3] = (byte) random.nextInt(10);
            bytes[i + 5] = 0;
            bytes[i + 6] = 0;
            bytes[i + 7] = 0;
            bytes[i + 8] = (byte) random.nextInt(5);
          }
          out.write(bytes);
        };
    try (RawServer server = new RawServer(script);
        ClientUnderTest test = new ClientUnderTest(server.port(), IMPATIENT)) {
      server.awaitConnections(100);
      assertThat(test.snapshots).isEmpty();
      // Told as what it is, never as a mistake of our own.
      assertThat(test.lines).noneMatch(line -> line.startsWith("control client"));
    }
  }

  @Test
  void oneThatFallsSilentLater() throws Exception {
    byte[] frames = firstAnswer();
    try (RawServer server = new RawServer(out -> out.write(frames));
        ClientUnderTest test = new ClientUnderTest(server.port(), IMPATIENT)) {
      test.awaitLine("no sign of life within 100 ms");
      server.awaitConnections(2);
    }
  }

  /** Settings, and on stream 1 headers and an answer without resources. */
  private static byte[] firstAnswer() {
    byte[] message = {0x22, 1, 'x', 0x2a, 1, '1'};
    java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
    bytes.writeBytes(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
    bytes.writeBytes(new byte[] {0, 0, 1, 1, 4, 0, 0, 0, 1, (byte) 0x88});
    bytes.writeBytes(new byte[] {0, 0, 11, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 6});
    bytes.writeBytes(message);
    return bytes.toByteArray();
  }

  @Test
  void oneWithTooLongAMessage() throws Exception {
    awaitReason(
        out -> {
          out.write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
          out.write(new byte[] {0, 0, 1, 1, 4, 0, 0, 0, 1, (byte) 0x88});
          out.write(new byte[] {0, 0, 5, 0, 0, 0, 0, 0, 1, 0, 0x7f, 0, 0, 0});
        },
        "message of 2130706432 bytes (expected: at most 67108864)");
  }

  @Test
  void oneWithHeadersWithoutEnd() throws Exception {
    awaitReason(
        out -> {
          out.write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
          out.write(new byte[] {0, 0x40, 0, 1, 0, 0, 0, 0, 1});
          out.write(new byte[16384]);
          for (int i = 0; i < 640; i++) {
            out.write(new byte[] {0, 0x40, 0, 9, 0, 0, 0, 0, 1});
            out.write(new byte[16384]);
          }
        },
        "header block of more than 65536 bytes");
  }

  @Test
  void oneThatAnswersWithSomethingElse() throws Exception {
    try (ScriptedControl control = new ScriptedControl();
        ClientUnderTest test = new ClientUnderTest(control.port())) {
      control.next(HOSTS);
      control.sendOther();
      test.awaitLine("not an answer of the discovery service: field 1: wire type 0 (expected: 2)");
      assertThat(control.next(HOSTS).hasNode()).isTrue();
    }
  }

  @Test
  void tenMegabytesOfResources() throws Exception {
    try (ScriptedControl control = new ScriptedControl();
        ClientUnderTest test = new ClientUnderTest(control.port())) {
      control.next(HOSTS);
      String[] names = new String[250_000];
      for (int i = 0; i < names.length; i++) {
        names[i] = "service-" + i + ".namespace-with-a-long-name.svc.cluster.local";
      }
      control.send(HOSTS, resource("default", "1", Samples.hosts(names)));
      test.client.ready().toCompletableFuture().get(60, TimeUnit.SECONDS);
      assertThat(control.next(HOSTS).hasErrorDetail()).isFalse();
      assertThat(java.util.Objects.requireNonNull(test.last().hosts()).exact()).hasSize(250_000);
    }
  }

  @Test
  void tenThousandEndpointsChangeOneByOne() throws Exception {
    try (ScriptedControl control = new ScriptedControl();
        ClientUnderTest test = new ClientUnderTest(control.port())) {
      control.next(HOSTS);
      control.send(HOSTS, resource("default", "1", Samples.hosts("big")));
      test.client.subscribe("big:80");
      control.send(CLUSTERS, resource("big", "1", Samples.cluster("big")));
      control.send(ScriptedControl.ROUTES, resource("t", "1", Samples.routes("t", "big")));
      control.send(
          ScriptedControl.LISTENERS, resource("big:80", "1", Samples.listener("big:80", "t")));
      int[] ports = new int[10_000];
      for (int round = 1; round <= 20; round++) {
        for (int i = 0; i < ports.length; i++) {
          ports[i] = 1 + (i + round) % 60_000;
        }
        control.send(
            ScriptedControl.ENDPOINTS,
            resource("big", "v" + round, Samples.endpoints("big", ports)));
      }
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () ->
                  assertThat(ClientUnderTest.ports(test.last(), "big"))
                      .hasSize(10_000)
                      .startsWith(21));
    }
  }
}
