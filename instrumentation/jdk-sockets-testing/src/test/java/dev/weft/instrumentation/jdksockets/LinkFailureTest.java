package dev.weft.instrumentation.jdksockets;

import static dev.weft.instrumentation.jdksockets.Talk.ANSWER;
import static dev.weft.instrumentation.jdksockets.Talk.QUESTION;
import static dev.weft.instrumentation.jdksockets.Talk.exchange;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Connection;
import dev.weft.bridge.Hello;
import dev.weft.bridge.Wire;
import dev.weft.instrumentation.jdksockets.Ends.Application;
import dev.weft.instrumentation.jdksockets.FailingEngine.Fault;
import dev.weft.instrumentation.jdksockets.MemoryWire.Behaviour;
import dev.weft.instrumentation.sockets.mesh.TestWire;
import dev.weft.instrumentation.sockets.mesh.TestWire.Mode;
import java.io.IOException;
import java.net.InetSocketAddress;
import javax.net.ssl.SSLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A connection of which each step fails once, in whatever way: nothing is sent in plaintext, and
 * nothing false is heard.
 */
class LinkFailureTest {

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
      Ends whole = new Ends(new Behaviour(), new Behaviour());
      exchange(whole, 8192, "nothing fails");
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
}
