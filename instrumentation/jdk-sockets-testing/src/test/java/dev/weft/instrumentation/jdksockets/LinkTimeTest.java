package dev.weft.instrumentation.jdksockets;

import static dev.weft.instrumentation.jdksockets.Talk.QUESTION;
import static dev.weft.instrumentation.jdksockets.Talk.hello;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.instrumentation.jdksockets.Ends.Application;
import dev.weft.instrumentation.jdksockets.MemoryWire.Behaviour;
import dev.weft.instrumentation.sockets.mesh.TestWire;
import dev.weft.instrumentation.sockets.mesh.TestWire.Mode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a connection when nobody says anything, or nobody listens. */
class LinkTimeTest {

  private static final long SECOND = 1_000_000_000;

  @Test
  void silenceIsEndedWhereTlsIsRequired() {
    Ends ends = new Ends(new Behaviour(), new Behaviour());
    ends.server.care(ends.now + 9 * SECOND);
    assertThat(ends.serverEnd.isDown()).isFalse();
    ends.server.care(ends.now + 11 * SECOND);
    assertThat(ends.serverEnd.isDown()).isTrue();
    assertThat(ends.serverMesh.refusals()).containsExactly("SILENCE where mesh TLS is required");
  }

  @Test
  void anApplicationThatDoesNotReadIsNoSilentClient() {
    Ends ends = new Ends(new Behaviour(), new Behaviour());
    ends.wire.inject(hello("weft"));
    ends.server.care(ends.now + 60 * SECOND);
    assertThat(ends.serverEnd.isDown()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 6, 100})
  void halfAHelloIsEnded(int bytes) throws IOException {
    Ends ends = new Ends(new Behaviour(), new Behaviour());
    ends.wire.inject(Arrays.copyOf(hello("weft"), bytes));
    assertThat(ends.server.read(new HeapMemory(new byte[100], 0, 100)))
        .isEqualTo(Status.UNAVAILABLE);
    ends.server.care(ends.now + 9 * SECOND);
    assertThat(ends.serverEnd.isDown()).isFalse();
    ends.server.care(ends.now + 20 * SECOND);
    assertThat(ends.serverEnd.isDown()).isTrue();
    assertThat(ends.serverMesh.refusals()).containsExactly("no complete TLS hello in time");
  }

  @Test
  void halfAHandshakeIsEnded() throws IOException {
    Ends ends = new Ends(new Behaviour(), new Behaviour());
    ends.wire.inject(hello("weft"));
    ends.server.read(new HeapMemory(new byte[100], 0, 100));
    ends.server.care(ends.now + 20 * SECOND);
    assertThat(ends.serverEnd.isDown()).isTrue();
    assertThat(ends.serverMesh.refusals()).containsExactly("the TLS handshake took too long");
  }

  /** A reader that waits in the kernel holds the lock; its time is over all the same. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aWaitingReaderIsEnded(boolean handshaking) throws Exception {
    Ends ends = new Ends(new Behaviour(), new Behaviour());
    if (handshaking) {
      ends.wire.inject(hello("weft"));
      ends.server.read(new HeapMemory(new byte[100], 0, 100));
    }
    Thread reader = new Thread(ends.server.in.lock::lock); // as long as a blocking socket does
    reader.start();
    reader.join();
    ends.server.care(ends.now + 11 * SECOND);
    assertThat(ends.serverEnd.isDown()).isTrue();
    assertThat(ends.serverMesh.refusals()).hasSize(1);
  }

  /** Nobody reads or writes any more, and still the bytes arrive. */
  @Test
  void aWriteAndNothingElseArrives() throws IOException {
    Ends ends = new Ends(new Behaviour(), new Behaviour());
    assertThat(ends.client.write(new HeapMemory(QUESTION, 0, QUESTION.length)))
        .isEqualTo(QUESTION.length);
    Application server = ends.serverSays(new byte[0], 1000);
    for (int i = 0; i < 1000; i++) {
      server.turn();
      ends.now += 10_000_000;
      ends.client.care(ends.now);
    }
    assertThat(server.heard()).isEqualTo(QUESTION);
    assertThat(ends.leaked()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"STRICT", "PERMISSIVE"})
  void aServerThatSpeaksFirstIsHeardByAClientThatOnlyWaits(Mode mode) throws IOException {
    TestWire servers = Ends.mesh(Ends.SERVERS);
    servers.serve(MemoryWire.PORT, mode);
    Ends ends =
        new Ends(new Behaviour(), new Behaviour(), Ends.mesh(Ends.CLIENTS), servers, null, null);
    assertThat(ends.server.write(new HeapMemory(QUESTION, 0, QUESTION.length)))
        .isEqualTo(QUESTION.length);
    for (int i = 0; i < 50; i++) {
      ends.now += 10_000_000;
      ends.server.care(ends.now);
      ends.client.care(ends.now);
    }
    byte[] heard = new byte[QUESTION.length];
    assertThat(ends.client.read(new HeapMemory(heard, 0, heard.length))).isEqualTo(QUESTION.length);
    assertThat(heard).isEqualTo(QUESTION);
    assertThat(ends.leaked()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void plaintextClientsHearAServerThatSpeaksFirst(boolean declared) throws IOException {
    TestWire servers = Ends.mesh(Ends.SERVERS);
    servers.serve(MemoryWire.PORT, Mode.PERMISSIVE);
    if (declared) {
      servers.serverFirst(MemoryWire.PORT);
    }
    Ends ends =
        new Ends(new Behaviour(), new Behaviour(), Ends.mesh(Ends.CLIENTS), servers, null, null);
    byte[] greeting = "220 ready\r\n".getBytes(StandardCharsets.US_ASCII);
    assertThat(ends.server.write(new HeapMemory(greeting, 0, greeting.length)))
        .isEqualTo(greeting.length);
    assertThat(ends.wire.fromServer().length).isEqualTo(declared ? greeting.length : 0);
    ends.server.care(ends.now + 2 * SECOND);
    assertThat(ends.wire.fromServer()).isEqualTo(greeting);
  }
}
