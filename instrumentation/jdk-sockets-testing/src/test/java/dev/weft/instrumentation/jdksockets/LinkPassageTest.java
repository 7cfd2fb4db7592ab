package dev.weft.instrumentation.jdksockets;

import static dev.weft.instrumentation.jdksockets.Talk.QUESTION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Wire.Passage;
import dev.weft.bridge.Wire.Plan;
import dev.weft.instrumentation.jdksockets.MemoryWire.Behaviour;
import dev.weft.instrumentation.jdksockets.MemoryWire.End;
import dev.weft.instrumentation.sockets.mesh.TestWire;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is told of a connection that the mesh has sent somewhere. */
class LinkPassageTest {

  private static final long SECOND = 1_000_000_000;

  private final TestWire mesh = Ends.mesh(Ends.CLIENTS);
  private final End end = new MemoryWire().client(new Behaviour());
  private final List<Boolean> reached = new ArrayList<>();
  private boolean connected;

  private final Passage passage =
      new Passage() {
        @Override
        public Duration connectTimeout() {
          return Duration.ofSeconds(3);
        }

        @Override
        public void over(boolean wasReached) {
          reached.add(wasReached);
        }
      };

  /** As the kernel's socket: it knows nobody at the other end before it is connected. */
  private RawSocket raw() {
    return (RawSocket)
        Proxy.newProxyInstance(
            RawSocket.class.getClassLoader(),
            new Class<?>[] {RawSocket.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("remote") && !connected) {
                throw new IOException("Transport endpoint is not connected");
              }
              try {
                return method.invoke(end, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private Link link(Plan plan) {
    Link.Origin origin = new Link.Origin(raw(), mesh, MemoryWire.address(0), end.remote(), passage);
    return Link.connecting(origin, plan, there -> {}, 0);
  }

  private static void close(Link link) {
    link.closing(true);
    link.closed();
    link.closed();
  }

  @Test
  void bytesHaveReachedTheOtherEnd() throws IOException {
    Link link = link(new Plan.Plain());
    assertThat(link.passage()).isSameAs(passage);
    connected = true;
    assertThat(link.write(new HeapMemory(QUESTION, 0, QUESTION.length))).isPositive();
    assertThat(reached).isEmpty();
    close(link);
    assertThat(reached).containsExactly(true);
    assertThat(mesh.faults()).isZero();
  }

  @Test
  void soHasAConnectionWithoutBytes() {
    Link link = link(new Plan.Plain());
    connected = true;
    close(link);
    assertThat(reached).containsExactly(true);
  }

  @Test
  void notSoOneThatWasRefused() {
    close(link(new Plan.Plain()));
    assertThat(reached).containsExactly(false);
  }

  @Test
  void norOneWhosePeerIsSomebodyElse() {
    mesh.expect(MemoryWire.PORT, "spiffe://cluster.local/ns/default/sa/server");
    Link link = link(mesh.connecting(end.remote()));
    connected = true;
    link.fail("identity: somebody else's");
    close(link);
    assertThat(reached).containsExactly(false);
  }

  @Test
  void whoeverTakesTooLongIsGivenUp() {
    Link link = link(new Plan.Plain());
    assertThat(link.care(2 * SECOND)).isFalse();
    assertThat(end.isDown()).isFalse();
    link.care(4 * SECOND);
    assertThat(end.isDown()).isTrue();
    assertThat(mesh.refusals())
        .containsExactly("connect timeout: " + end.remote() + " did not answer in PT3S");
    close(link);
    assertThat(reached).containsExactly(false);
  }

  @Test
  void whoeverIsConnectedNeedsNoCareAnyMore() {
    Link link = link(new Plan.Plain());
    assertThat(link.care(SECOND)).isFalse();
    connected = true;
    assertThat(link.care(2 * SECOND)).isTrue();
    assertThat(link.care(60 * SECOND)).isTrue();
    assertThat(end.isDown()).isFalse();
  }
}
