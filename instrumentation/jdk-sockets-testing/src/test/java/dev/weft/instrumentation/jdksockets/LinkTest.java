package dev.weft.instrumentation.jdksockets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.bridge.Connection;
import dev.weft.bridge.Hello;
import dev.weft.bridge.Wire;
import dev.weft.instrumentation.jdksockets.Ends.Application;
import dev.weft.instrumentation.jdksockets.FailingEngine.Fault;
import dev.weft.instrumentation.jdksockets.MemoryWire.Behaviour;
import dev.weft.instrumentation.sockets.Content;
import dev.weft.instrumentation.sockets.mesh.TestWire;
import dev.weft.instrumentation.sockets.mesh.TestWire.Mode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One connection over a wire in memory. Seeds are in the messages of what fails. */
class LinkTest {

  private static final byte[] QUESTION = Content.pattern(1, 9000);
  private static final byte[] ANSWER = Content.pattern(2, 70_000);

  private static void exchange(Ends ends, int buffer, String what) {
    exchange(ends, QUESTION, ANSWER, buffer, what);
  }

  private static void exchange(Ends ends, byte[] question, byte[] answer, int buffer, String what) {
    Application client = ends.clientSays(question, buffer);
    Application server = ends.serverSays(answer, buffer);
    ends.talk(client, server);
    assertThat(client.failure()).as(what).isNull();
    assertThat(server.failure()).as(what).isNull();
    assertThat(server.heard()).as(what).isEqualTo(question);
    assertThat(client.heard()).as(what).isEqualTo(answer);
    assertThat(ends.leaked()).as(what).isFalse();
    assertThat(ends.client.principal()).as(what).isEqualTo(Ends.SERVER);
    assertThat(ends.server.principal()).as(what).isEqualTo(Ends.CLIENT);
    assertThat(ends.client.bytesSent()).as(what).isEqualTo(question.length);
    assertThat(ends.client.bytesReceived()).as(what).isEqualTo(answer.length);
    assertThat(ends.server.bytesSent()).as(what).isEqualTo(answer.length);
    assertThat(ends.clientMesh.faults() + ends.serverMesh.faults()).as(what).isZero();
    assertThat(ends.clientMesh.open()).as(what).isEmpty();
    assertThat(ends.serverMesh.open()).as(what).isEmpty();
    assertThat(ends.clientMesh.handshakes()).as(what).isEqualTo(1);
  }

  @Test
  void bytesComeThroughEncrypted() {
    exchange(new Ends(new Behaviour(), new Behaviour()), 8192, "plain");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 6, 17, 100, 4096, 16384, 70_000})
  void readsOfAnySize(int most) {
    Behaviour behaviour = new Behaviour();
    behaviour.reads = call -> most;
    exchange(new Ends(behaviour, behaviour), 1000, "reads of " + most);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 100, 4096, 16384, 20_000})
  void writesOfAnySize(int most) {
    Behaviour behaviour = new Behaviour();
    behaviour.writes = call -> call % 3 == 2 ? 0 : most;
    exchange(new Ends(behaviour, behaviour), 5000, "writes of " + most);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 100, 30_000})
  void buffersOfAnySize(int buffer) {
    exchange(new Ends(new Behaviour(), new Behaviour()), buffer, "buffers of " + buffer);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 1000, 16_000})
  void aWireOfAnyCapacity(int capacity) {
    Behaviour behaviour = new Behaviour();
    behaviour.capacity = capacity;
    exchange(new Ends(behaviour, behaviour), 3000, "capacity " + capacity);
  }

  @Test
  void everythingAtRandom() {
    long begin = Long.getLong("sockets.seed", System.nanoTime());
    for (long seed = begin; seed < begin + 100; seed++) {
      Random random = new Random(seed);
      exchange(
          new Ends(randomly(random), randomly(random)), 1 + random.nextInt(20_000), "seed " + seed);
    }
  }

  private static Behaviour randomly(Random random) {
    Behaviour behaviour = new Behaviour();
    int scale = 1 + random.nextInt(20_000);
    behaviour.reads = call -> random.nextInt(scale);
    behaviour.writes = call -> random.nextInt(scale);
    behaviour.capacity = 1 + random.nextInt(40_000);
    return behaviour;
  }

  /** What the client sends arrives in two parts, cut at each byte of its hello, then at many. */
  @Test
  void cutAtEveryByte() {
    byte[] body = Content.pattern(3, 200);
    Ends whole = new Ends(new Behaviour(), new Behaviour());
    exchange(whole, body, body, 8192, "whole");
    int bytes = whole.wire.fromClient().length;
    assertThat(bytes).isGreaterThan(1000);
    for (int at = 1; at < bytes; at += at < 450 ? 1 : 7) {
      int cut = at;
      Behaviour behaviour = new Behaviour();
      int[] left = {cut};
      behaviour.reads =
          call -> {
            int most = left[0] > 0 ? left[0] : Integer.MAX_VALUE;
            left[0] = 0;
            return most;
          };
      exchange(new Ends(new Behaviour(), behaviour), body, body, 8192, "cut at " + cut);
    }
  }

  private static Ends handshake() {
    Ends ends = new Ends(new Behaviour(), new Behaviour());
    exchange(ends, 8192, "handshake");
    return ends;
  }

  // Failures.

  private enum Failing {
    IO {
      @Override
      Throwable failure() {
        return new IOException("injected");
      }
    },
    OURS {
      @Override
      Throwable failure() {
        return new IllegalStateException("injected");
      }
    },
    FATAL {
      @Override
      Throwable failure() {
        return new StackOverflowError("injected");
      }
    };

    abstract Throwable failure();
  }

  /** Every call of the kernel fails once: what was heard is right as far as it goes, no more. */
  @ParameterizedTest
  @EnumSource
  void everyCallFails(Failing kind) {
    for (boolean atClient : new boolean[] {true, false}) {
      Ends whole = handshake();
      int calls = atClient ? whole.clientEnd.calls() : whole.serverEnd.calls();
      for (int call = 0; call < calls; call++) {
        Behaviour failing = new Behaviour();
        failing.failingCall = call;
        failing.failure = kind.failure();
        Ends ends =
            atClient ? new Ends(failing, new Behaviour()) : new Ends(new Behaviour(), failing);
        fails(ends, kind, kind + " at " + (atClient ? "client" : "server") + ", call " + call);
      }
    }
  }

  private static void fails(Ends ends, Failing kind, String what) {
    Application client = ends.clientSays(QUESTION, 8192);
    Application server = ends.serverSays(ANSWER, 8192);
    ends.talk(client, server);
    assertThat(ends.leaked()).as(what).isFalse();
    assertThat(Ends.isBegin(server.heard(), QUESTION)).as(what).isTrue();
    assertThat(Ends.isBegin(client.heard(), ANSWER)).as(what).isTrue();
    assertThat(ends.clientMesh.faults() + ends.serverMesh.faults()).as(what).isZero();
    assertThat(ends.clientMesh.open()).as(what).isEmpty();
    assertThat(ends.serverMesh.open()).as(what).isEmpty();
    // A part is never taken for the whole, unless the server's application closed by itself.
    boolean closedByItself = kind == Failing.IO && server.failure() != null;
    boolean known = closedByItself || client.failure() != null;
    assertThat(client.heard().length == ANSWER.length || known)
        .as(what + ": heard " + client.heard().length + ", server: " + server.failure())
        .isTrue();
  }

  /** Every step of TLS fails once: nothing is sent in plaintext, and nothing false is heard. */
  @ParameterizedTest
  @EnumSource
  void everyStepOfTlsFails(Failing kind) {
    Throwable failure = kind == Failing.IO ? new SSLException("injected") : kind.failure();
    for (boolean atClient : new boolean[] {true, false}) {
      Fault none = new Fault(-1, null);
      Ends whole = broken(atClient, none);
      Application unbroken = whole.serverSays(ANSWER, 8192);
      whole.talk(whole.clientSays(QUESTION, 8192), unbroken);
      assertThat(unbroken.heard()).isEqualTo(QUESTION);
      assertThat(none.steps()).isGreaterThan(20);
      for (int step = 0; step < none.steps(); step++) {
        Ends ends = broken(atClient, new Fault(step, failure));
        fails(ends, kind, kind + " at " + (atClient ? "client" : "server") + ", step " + step);
      }
    }
  }

  private static Ends broken(boolean atClient, Fault fault) {
    TestWire clientMesh = Ends.mesh(Ends.CLIENTS);
    TestWire serverMesh = Ends.mesh(Ends.SERVERS);
    serverMesh.serve(MemoryWire.PORT, Mode.STRICT);
    return new Ends(
        new Behaviour(),
        new Behaviour(),
        clientMesh,
        serverMesh,
        atClient ? new FailingMesh(clientMesh, fault) : null,
        atClient ? null : new FailingMesh(serverMesh, fault));
  }

  /** A mesh that fails to answer at one of its methods, or gives TLS that fails. */
  private static class FailingMesh implements Wire {
    private final TestWire mesh;
    private final String method;
    private final Fault fault;

    FailingMesh(TestWire mesh, String method) {
      this.mesh = mesh;
      this.method = method;
      this.fault = new Fault(-1, null);
    }

    FailingMesh(TestWire mesh, Fault fault) {
      this.mesh = mesh;
      this.method = "none";
      this.fault = fault;
    }

    private void at(String name) {
      if (name.equals(method)) {
        throw new IllegalStateException("injected");
      }
    }

    @Override
    public Plan connecting(InetSocketAddress remote) {
      return failing(mesh.connecting(remote));
    }

    @Override
    public boolean guards(InetSocketAddress local) {
      return true;
    }

    @Override
    public boolean serverFirst(InetSocketAddress local) {
      at("serverFirst");
      return false;
    }

    @Override
    public Plan accepted(InetSocketAddress local, InetSocketAddress remote, Hello hello) {
      at("accepted");
      return failing(mesh.accepted(local, remote, hello));
    }

    private Plan failing(Plan plan) {
      if (!(plan instanceof Plan.Tls tls)) {
        return plan;
      }
      return new Plan.Tls(
          new FailingEngine(tls.engine(), fault),
          session -> {
            at("verify");
            return tls.verifier().verify(session);
          });
    }

    @Override
    public void opened(Connection connection) {
      at("opened");
      mesh.opened(connection);
    }

    @Override
    public void closed(Connection connection) {
      mesh.closed(connection);
    }

    @Override
    public void refused(InetSocketAddress local, InetSocketAddress remote, String reason) {
      mesh.refused(local, remote, reason);
      at("refused");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"accepted", "verify", "opened", "refused", "serverFirst"})
  void aMeshThatFailsLetsNothingThrough(String method) {
    TestWire serverMesh = Ends.mesh(Ends.SERVERS);
    serverMesh.serve(MemoryWire.PORT, Mode.STRICT);
    Ends ends =
        new Ends(
            new Behaviour(),
            new Behaviour(),
            Ends.mesh(Ends.CLIENTS),
            serverMesh,
            null,
            new FailingMesh(serverMesh, method));
    if (method.equals("refused")) {
      ends.wire.inject(QUESTION);
    }
    Application client = ends.clientSays(QUESTION, 8192);
    Application server = ends.serverSays(ANSWER, 8192);
    ends.talk(client, server);

    assertThat(server.heard()).isEmpty();
    assertThat(client.heard()).isEmpty();
    assertThat(ends.leaked()).isFalse();
    assertThat(serverMesh.open()).isEmpty();
  }

  // Who may not come in, and who is not the one expected.

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
                ends.clientEnd, expecting, MemoryWire.address(0), ends.clientEnd.remote()),
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

  /** What a client of this ALPN protocol says first. */
  private static byte[] hello(String protocol) {
    try {
      javax.net.ssl.SSLEngine engine = Ends.CLIENTS.context().createSSLEngine();
      engine.setUseClientMode(true);
      javax.net.ssl.SSLParameters parameters = engine.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {protocol});
      engine.setSSLParameters(parameters);
      java.nio.ByteBuffer out = java.nio.ByteBuffer.allocate(20_000);
      engine.wrap(java.nio.ByteBuffer.allocate(0), out);
      return java.util.Arrays.copyOf(out.array(), out.position());
    } catch (IOException | java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  // Time.

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
    ends.wire.inject(java.util.Arrays.copyOf(hello("weft"), bytes));
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

  /** A goodbye waits for whoever has the connection at that moment. */
  @Test
  void aGoodbyeIsNotLostToWhoeverIsBusy() throws Exception {
    Ends ends = handshakeOnly();
    java.util.concurrent.CountDownLatch locked = new java.util.concurrent.CountDownLatch(1);
    Thread busy =
        new Thread(
            () -> {
              ends.client.out.lock.lock();
              try {
                locked.countDown();
                Thread.sleep(50);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              } finally {
                ends.client.out.lock.unlock();
              }
            });
    busy.start();
    locked.await();
    ends.client.closing(/* full= */ false);
    busy.join();
    assertThat(ends.server.read(new HeapMemory(new byte[1], 0, 1))).isEqualTo(Status.EOF);
  }

  /** A goodbye that does not fit is sent when the peer takes it, and nobody waits for that. */
  @Test
  void aGoodbyeThatDoesNotFitFollows() throws IOException {
    Ends ends = handshakeOnly();
    ends.clientBehaviour.capacity = 0;
    long begun = System.nanoTime();
    ends.client.closing(/* full= */ true);
    assertThat(System.nanoTime() - begun).isLessThan(SECOND);
    byte[] heard = new byte[1];
    org.awaitility.Awaitility.await()
        .until(() -> ends.server.read(new HeapMemory(heard, 0, 1)) == Status.EOF);
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

  // The end.

  @Test
  void anEndWithoutAWordIsNoEndOfTheStream() throws IOException {
    Ends ends = new Ends(new Behaviour(), new Behaviour());
    Application client = ends.clientSays(QUESTION, 8192);
    byte[] heard = new byte[QUESTION.length];
    int count = 0;
    for (int i = 0; i < 100 && count < heard.length; i++) {
      if (i < 3) {
        client.turn();
      }
      count += Math.max(0, ends.server.read(new HeapMemory(heard, count, heard.length - count)));
    }
    assertThat(count).isEqualTo(heard.length);
    // The wire is cut behind all records but the last, which says goodbye.
    Ends cut = new Ends(new Behaviour(), new Behaviour());
    cut.client.write(new HeapMemory(QUESTION, 0, QUESTION.length));
    for (int i = 0; i < 10; i++) {
      cut.server.read(new HeapMemory(heard, 0, heard.length));
      cut.now += 30_000_000;
      cut.client.care(cut.now);
    }
    cut.wire.endClient();
    assertThatThrownBy(() -> cut.server.read(new HeapMemory(heard, 0, heard.length)))
        .hasMessage("Connection reset");
    assertThat(cut.serverMesh.refusals()).isEmpty(); // peers die: that is no event of security
  }

  @Test
  void whatIsRefusedInTheMiddleIsOver() throws IOException {
    Ends ends = handshakeOnly();
    byte[] heard = new byte[100];
    ends.client.write(new HeapMemory(QUESTION, 0, 100));
    ends.server.refuse("the policy has changed");

    assertThat(ends.server.read(new HeapMemory(heard, 0, 100))).isEqualTo(Status.EOF);
    assertThat(heard).containsOnly(0);
    assertThatThrownBy(() -> ends.server.write(new HeapMemory(ANSWER, 0, 100)))
        .hasMessage("mesh: the policy has changed");
    assertThat(ends.serverEnd.isDown()).isTrue();
    ends.server.closed();
    assertThat(ends.serverMesh.open()).isEmpty();
  }

  private static Ends handshakeOnly() throws IOException {
    Ends ends = new Ends(new Behaviour(), new Behaviour());
    byte[] one = new byte[1];
    ends.client.write(new HeapMemory(QUESTION, 0, 1));
    while (ends.server.read(new HeapMemory(one, 0, 1)) != 1) {
      ends.client.read(new HeapMemory(one, 0, 1));
    }
    return ends;
  }

  @Test
  void bytesThatAreLeftOverAreTold() throws IOException {
    Ends ends = handshakeOnly();
    byte[] heard = new byte[100];
    ends.client.write(new HeapMemory(QUESTION, 0, 100));
    assertThat(ends.server.read(new HeapMemory(heard, 0, 10))).isEqualTo(10);
    assertThat(ends.leftover[1]).isTrue();
    assertThat(ends.server.available(0)).isEqualTo(90);
    assertThat(ends.server.read(new HeapMemory(heard, 10, 90))).isEqualTo(90);
    assertThat(ends.leftover[1]).isFalse();
    assertThat(heard).isEqualTo(java.util.Arrays.copyOf(QUESTION, 100));
  }

  @Test
  void availableCountsTheApplicationsBytes() throws IOException {
    Ends ends = handshakeOnly();
    assertThat(ends.server.available(0)).isZero();
    ends.client.write(new HeapMemory(QUESTION, 0, 100));
    assertThat(ends.server.available(122)).isEqualTo(100);
    byte[] heard = new byte[100];
    assertThat(ends.server.read(new HeapMemory(heard, 0, 100))).isEqualTo(100);
    assertThat(heard).isEqualTo(java.util.Arrays.copyOf(QUESTION, 100));
  }
}
