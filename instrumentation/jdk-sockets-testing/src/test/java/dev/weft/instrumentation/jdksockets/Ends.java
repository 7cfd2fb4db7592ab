package dev.weft.instrumentation.jdksockets;

import dev.weft.bridge.Wire;
import dev.weft.instrumentation.jdksockets.Link.Origin;
import dev.weft.instrumentation.jdksockets.MemoryWire.Behaviour;
import dev.weft.instrumentation.jdksockets.MemoryWire.End;
import dev.weft.instrumentation.sockets.Content;
import dev.weft.instrumentation.sockets.mesh.TestWire;
import dev.weft.instrumentation.sockets.mesh.TestWire.Mode;
import dev.weft.instrumentation.sockets.pki.Authority;
import dev.weft.instrumentation.sockets.pki.Credentials;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Two links over one wire, and applications that talk through them in turns, on one thread. */
final class Ends {

  static final String SERVER = "spiffe://cluster.local/ns/default/sa/server";
  static final String CLIENT = "spiffe://cluster.local/ns/default/sa/client";
  static final Authority AUTHORITY;
  static final Credentials SERVERS;
  static final Credentials CLIENTS;

  /** Turns without a byte that moves, after which none ever will. */
  private static final int STILL = 200_000;

  static {
    try {
      AUTHORITY = new Authority("mesh");
      SERVERS = AUTHORITY.issue(SERVER);
      CLIENTS = AUTHORITY.issue(CLIENT);
    } catch (GeneralSecurityException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final MemoryWire wire = new MemoryWire();
  final TestWire serverMesh;
  final TestWire clientMesh;
  final End clientEnd;
  final End serverEnd;
  final Link server;
  final Link client;
  final Behaviour clientBehaviour;
  final boolean[] leftover = new boolean[2];
  long now = 1000;

  /** STRICT at the server; the client expects it. */
  Ends(Behaviour clientBehaviour, Behaviour serverBehaviour) {
    this(clientBehaviour, serverBehaviour, mesh(CLIENTS), mesh(SERVERS), null, null);
    clientMesh.expect(MemoryWire.PORT, SERVER);
    serverMesh.serve(MemoryWire.PORT, Mode.STRICT);
  }

  /**
   * @param clientsWire what the client's link asks instead of its mesh
   * @param serversWire what the server's link asks instead of its mesh
   */
  Ends(
      Behaviour clientBehaviour,
      Behaviour serverBehaviour,
      TestWire clientMesh,
      TestWire serverMesh,
      @Nullable Wire clientsWire,
      @Nullable Wire serversWire) {
    this.clientBehaviour = clientBehaviour;
    this.clientMesh = clientMesh;
    this.serverMesh = serverMesh;
    clientMesh.expect(MemoryWire.PORT, SERVER);
    clientEnd = wire.client(clientBehaviour);
    serverEnd = wire.server(serverBehaviour);
    Wire ofClient = clientsWire == null ? clientMesh : clientsWire;
    Wire ofServer = serversWire == null ? serverMesh : serversWire;
    client =
        Link.connecting(
            new Origin(clientEnd, ofClient, MemoryWire.address(0), clientEnd.remote(), null),
            ofClient.connecting(clientEnd.remote()),
            there -> leftover[0] = there,
            now);
    server =
        Link.accepted(
            new Origin(
                serverEnd, ofServer, MemoryWire.address(MemoryWire.PORT), serverEnd.remote(), null),
            there -> leftover[1] = there,
            now);
  }

  static TestWire mesh(Credentials credentials) {
    try {
      return new TestWire(credentials.context());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An application: writes what it has, reads what comes, and closes. */
  static final class Application {
    private final Link link;
    private final End end;
    private final byte[] says;
    private final int buffer;
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
    private int said;
    private boolean saidAll;
    private boolean ended;
    private @Nullable IOException failure;

    Application(Link link, End end, byte[] says, int buffer) {
      this.link = link;
      this.end = end;
      this.says = says;
      this.buffer = buffer;
    }

    byte[] heard() {
      return heard.toByteArray();
    }

    boolean hasEnded() {
      return ended;
    }

    @Nullable IOException failure() {
      return failure;
    }

    boolean isDone() {
      return failure != null || (ended && saidAll);
    }

    /** One write and one read, as far as that is possible. */
    void turn() {
      try {
        if (!saidAll) {
          write();
        }
        if (!ended) {
          read();
        }
      } catch (IOException e) {
        failure = e;
        saidAll = true;
        link.closing(/* full= */ true);
        end.shutdown();
      }
    }

    private void write() throws IOException {
      if (said < says.length) {
        int count = Math.min(says.length - said, 3 * buffer);
        int taken = link.write(new HeapMemory(says, said, count));
        if (taken > count) {
          throw new AssertionError("took " + taken + " of " + count);
        }
        said += Math.max(taken, 0);
      }
      // Ending its output earlier would wait for the handshake, and here nobody else drives it.
      if (said == says.length && link.stage().isSettled()) {
        saidAll = true;
        end.takeAll(); // its peer reads meanwhile, which one thread cannot show
        link.closing(/* full= */ false);
        if (!end.isDown()) {
          end.endOutput();
        }
      }
    }

    private void read() throws IOException {
      byte[] part = new byte[buffer];
      int count = link.read(new HeapMemory(part, 0, buffer));
      if (count == 0) {
        throw new AssertionError("a read that answers nothing would let the JDK read by itself");
      }
      if (count > 0) {
        heard.write(part, 0, count);
      }
      ended = count == Status.EOF;
    }
  }

  Application clientSays(byte[] says, int buffer) {
    return new Application(client, clientEnd, says, buffer);
  }

  Application serverSays(byte[] says, int buffer) {
    return new Application(server, serverEnd, says, buffer);
  }

  /** Lets both talk until both are done; fails when they never are. */
  void talk(Application one, Application other) {
    long moved = 0;
    for (int still = 0; still < STILL; still++) {
      if (one.isDone() && other.isDone()) {
        client.closed();
        server.closed();
        return;
      }
      one.turn();
      other.turn();
      now += 100_000;
      client.care(now);
      server.care(now);
      if (wire.moved() != moved) {
        moved = wire.moved();
        still = 0;
      }
    }
    throw new AssertionError(
        "they never come to an end: said "
            + one.said
            + " and "
            + other.said
            + ", heard "
            + one.heard.size()
            + " and "
            + other.heard.size());
  }

  /** Whether a marked body was seen between the ends. */
  boolean leaked() {
    return contains(wire.fromClient()) || contains(wire.fromServer());
  }

  private static boolean contains(byte[] bytes) {
    for (int i = 0; i + Content.MARK.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + Content.MARK.length, Content.MARK, 0, Content.MARK.length)) {
        return true;
      }
    }
    return false;
  }

  /** Whether one is how the other begins. */
  static boolean isBegin(byte[] begin, byte[] whole) {
    return begin.length <= whole.length
        && Arrays.equals(begin, 0, begin.length, whole, 0, begin.length);
  }
}
