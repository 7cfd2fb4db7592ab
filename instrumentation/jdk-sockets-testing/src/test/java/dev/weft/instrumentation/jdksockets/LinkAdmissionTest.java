package dev.weft.instrumentation.jdksockets;

import static dev.weft.instrumentation.jdksockets.Talk.ANSWER;
import static dev.weft.instrumentation.jdksockets.Talk.QUESTION;
import static dev.weft.instrumentation.jdksockets.Talk.hello;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.instrumentation.jdksockets.Ends.Application;
import dev.weft.instrumentation.jdksockets.MemoryWire.Behaviour;
import dev.weft.instrumentation.sockets.mesh.TestWire;
import dev.weft.instrumentation.sockets.mesh.TestWire.Mode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who may not come in, and who is not the one expected; plaintext and TLS of the application's own.
 */
class LinkAdmissionTest {

  @Test
  void plaintextIsRefusedWhereTlsIsRequired() throws IOException {
    Ends ends = new Ends(new Behaviour(), new Behaviour());
    byte[] request = "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    ends.wire.inject(request);
    byte[] buffer = new byte[100];

    assertThat(ends.server.read(new HeapMemory(buffer, 0, 100))).isEqualTo(Status.EOF);
    assertThat(buffer).containsOnly(0);
    assertThatThrownBy(() -> ends.server.write(new HeapMemory(request, 0, request.length)))
        .hasMessageContaining("PLAINTEXT");
    assertThat(ends.wire.fromServer()).isEmpty();
    assertThat(ends.serverEnd.isDown()).isTrue();
    assertThat(ends.serverMesh.refusals()).containsExactly("PLAINTEXT where mesh TLS is required");
    ends.server.closed();
    assertThat(ends.serverMesh.faults()).isZero();
  }

  @Test
  void anotherServerThanExpectedGetsNoByte() throws IOException {
    TestWire clients = Ends.mesh(Ends.CLIENTS);
    TestWire servers = Ends.mesh(Ends.SERVERS);
    servers.serve(MemoryWire.PORT, Mode.STRICT);
    TestWire expecting = Ends.mesh(Ends.CLIENTS);
    Ends ends = new Ends(new Behaviour(), new Behaviour(), clients, servers, null, null);
    expecting.expect(MemoryWire.PORT, "spiffe://cluster.local/ns/default/sa/other");
    Link client =
        Link.connecting(
            new Link.Origin(
                ends.clientEnd, expecting, MemoryWire.address(0), ends.clientEnd.remote(), null),
            expecting.connecting(ends.clientEnd.remote()),
            there -> {},
            0);
    Application asking = new Application(client, ends.clientEnd, QUESTION, 1000);
    Application server = ends.serverSays(ANSWER, 1000);
    ends.talk(asking, server);

    assertThat(server.heard()).isEmpty();
    assertThat(asking.heard()).isEmpty();
    assertThat(asking.failure())
        .hasMessageContaining("expected: spiffe://cluster.local/ns/default/sa/other");
    assertThat(expecting.refusals()).hasSize(1);
    assertThat(expecting.open()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 5000})
  void plaintextPassesWhereItMay(int buffer) {
    TestWire servers = Ends.mesh(Ends.SERVERS);
    servers.serve(MemoryWire.PORT, Mode.PERMISSIVE);
    Behaviour roomy = new Behaviour();
    roomy.capacity = 1 << 20;
    Ends ends = new Ends(new Behaviour(), roomy, Ends.mesh(Ends.CLIENTS), servers, null, null);
    ends.wire.inject(QUESTION);
    ends.wire.endClient();
    Application server = ends.serverSays(ANSWER, buffer);
    for (int i = 0; i < 100_000 && !server.isDone(); i++) {
      server.turn();
    }
    ends.server.closed();

    assertThat(server.heard()).isEqualTo(QUESTION);
    assertThat(ends.wire.fromServer()).isEqualTo(ANSWER);
    assertThat(ends.server.principal()).isNull();
    assertThat(ends.server.bytesReceived()).isEqualTo(QUESTION.length);
    assertThat(servers.plaintexts()).isEqualTo(1);
    assertThat(servers.open()).isEmpty();
  }

  @Test
  void theApplicationsOwnTlsPassesWhereItMay() throws IOException {
    byte[] hello = hello("h2");
    for (boolean declared : new boolean[] {true, false}) {
      Ends ends = new Ends(new Behaviour(), new Behaviour());
      if (declared) {
        ends.serverMesh.ownTls(MemoryWire.PORT);
      }
      ends.wire.inject(hello);
      byte[] heard = new byte[hello.length];
      int count = ends.server.read(new HeapMemory(heard, 0, 10));
      if (declared) {
        assertThat(count).isEqualTo(10);
        assertThat(ends.leftover[1]).isTrue();
        assertThat(ends.server.read(new HeapMemory(heard, 10, heard.length - 10)))
            .isEqualTo(hello.length - 10);
        assertThat(ends.leftover[1]).isFalse();
        assertThat(heard).isEqualTo(hello);
      } else {
        assertThat(count).isEqualTo(Status.EOF);
        assertThat(ends.serverEnd.isDown()).isTrue();
      }
    }
  }
}
