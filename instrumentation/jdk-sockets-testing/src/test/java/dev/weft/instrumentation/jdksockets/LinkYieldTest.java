package dev.weft.instrumentation.jdksockets;

import static dev.weft.instrumentation.jdksockets.Talk.ANSWER;
import static dev.weft.instrumentation.jdksockets.Talk.QUESTION;
import static dev.weft.instrumentation.jdksockets.Talk.exchange;
import static dev.weft.instrumentation.jdksockets.Talk.hello;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Connection;
import dev.weft.bridge.Hello;
import dev.weft.bridge.Wire;
import dev.weft.instrumentation.jdksockets.MemoryWire.Behaviour;
import dev.weft.instrumentation.sockets.mesh.TestWire;
import dev.weft.instrumentation.sockets.mesh.TestWire.Mode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS of the mesh that gives way to the application's own, which its first bytes tell. */
class LinkYieldTest {

  /** What it plans yields; all else is the mesh's answer. */
  private record Yielding(TestWire mesh) implements Wire {

    @Override
    public Plan connecting(InetSocketAddress remote) {
      Plan.Tls tls = (Plan.Tls) mesh.connecting(remote);
      return new Plan.Tls(tls.engine(), tls.verifier(), /* yields= */ true);
    }

    @Override
    public boolean guards(InetSocketAddress local) {
      return mesh.guards(local);
    }

    @Override
    public Plan accepted(InetSocketAddress local, InetSocketAddress remote, Hello hello) {
      return mesh.accepted(local, remote, hello);
    }

    @Override
    public void opened(Connection connection) {
      mesh.opened(connection);
    }

    @Override
    public void closed(Connection connection) {
      mesh.closed(connection);
    }

    @Override
    public void refused(InetSocketAddress local, InetSocketAddress remote, String reason) {
      mesh.refused(local, remote, reason);
    }
  }

  private static Ends yielding() {
    TestWire clients = Ends.mesh(Ends.CLIENTS);
    TestWire servers = Ends.mesh(Ends.SERVERS);
    clients.expect(MemoryWire.PORT, Ends.SERVER);
    servers.serve(MemoryWire.PORT, Mode.STRICT);
    return new Ends(
        new Behaviour(), new Behaviour(), clients, servers, new Yielding(clients), null);
  }

  /** However little of its hello the application writes at first. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 200})
  void theApplicationsOwnTlsIsNotWrapped(int first) throws IOException {
    Ends ends = yielding();
    byte[] hello = hello("h2");
    assertThat(ends.client.write(new HeapMemory(hello, 0, first))).isEqualTo(first);
    int rest = hello.length - first;
    assertThat(ends.client.write(new HeapMemory(hello, first, rest))).isEqualTo(rest);
    assertThat(ends.wire.fromClient()).isEqualTo(hello);
    assertThat(ends.client.isPlain()).isTrue();
    assertThat(ends.client.principal()).isNull();
    assertThat(ends.clientMesh.plaintexts()).isEqualTo(1);
    assertThat(ends.clientMesh.open()).containsExactly(ends.client);

    // Nothing is made of what comes back, either.
    Link unguarded = ends.server;
    ends.serverMesh.ownTls(MemoryWire.PORT);
    unguarded.read(new HeapMemory(new byte[hello.length], 0, hello.length));
    unguarded.write(new HeapMemory(ANSWER, 0, 100));
    byte[] heard = new byte[100];
    assertThat(ends.client.read(new HeapMemory(heard, 0, 100))).isEqualTo(100);
    assertThat(heard).isEqualTo(Arrays.copyOf(ANSWER, 100));
    ends.client.closed();
    assertThat(ends.clientMesh.open()).isEmpty();
    assertThat(ends.clientMesh.faults()).isZero();
  }

  @Test
  void allElseIsWrapped() {
    exchange(yielding(), 8192, "a question");
    byte[] almost = QUESTION.clone();
    almost[0] = Records.HANDSHAKE; // as TLS begins, but no version of it follows
    almost[1] = 7;
    exchange(yielding(), almost, ANSWER, 8192, "almost a hello");
  }

  /** Whoever reads first may be about to say a hello: nothing is begun for a while. */
  @Test
  void aReaderDoesNotBegin() throws IOException {
    Ends ends = yielding();
    HeapMemory nothing = new HeapMemory(new byte[100], 0, 100);
    assertThat(ends.client.read(nothing)).isEqualTo(Status.UNAVAILABLE);
    ends.now += Patience.SERVER_FIRST_NANOS / 2;
    ends.client.care(ends.now);
    assertThat(ends.wire.fromClient()).isEmpty();
    assertThat(ends.client.write(new HeapMemory(hello("h2"), 0, 5))).isEqualTo(5);
    assertThat(ends.client.isPlain()).isTrue();
  }

  /** Where the server speaks first, nobody ever writes: then it is the mesh's TLS. */
  @Test
  void silenceIsNoTlsOfTheApplications() throws IOException {
    Ends ends = yielding();
    ends.server.write(new HeapMemory(QUESTION, 0, QUESTION.length));
    ends.now += 2 * Patience.SERVER_FIRST_NANOS;
    byte[] heard = new byte[QUESTION.length];
    int count = 0;
    for (int i = 0; i < 100 && count < heard.length; i++) {
      ends.now += 300_000_000;
      ends.client.care(ends.now);
      ends.server.care(1000);
      ends.server.read(new HeapMemory(new byte[1], 0, 1));
      count += Math.max(0, ends.client.read(new HeapMemory(heard, count, heard.length - count)));
    }
    assertThat(heard).isEqualTo(QUESTION);
    assertThat(ends.leaked()).isFalse();
    assertThat(ends.clientMesh.handshakes()).isEqualTo(1);
  }
}
