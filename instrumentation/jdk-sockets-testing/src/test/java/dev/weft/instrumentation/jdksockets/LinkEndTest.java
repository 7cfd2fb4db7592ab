package dev.weft.instrumentation.jdksockets;

import static dev.weft.instrumentation.jdksockets.Talk.ANSWER;
import static dev.weft.instrumentation.jdksockets.Talk.QUESTION;
import static dev.weft.instrumentation.jdksockets.Talk.handshaken;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.instrumentation.jdksockets.Ends.Application;
import dev.weft.instrumentation.jdksockets.MemoryWire.Behaviour;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** How a connection ends, and what its peer hears of that. */
class LinkEndTest {

  private static final long SECOND = 1_000_000_000;

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
    Ends ends = handshaken();
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

  /** A goodbye waits for whoever has the connection at that moment. */
  @Test
  void aGoodbyeIsNotLostToWhoeverIsBusy() throws Exception {
    Ends ends = handshaken();
    CountDownLatch locked = new CountDownLatch(1);
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
    Ends ends = handshaken();
    ends.clientBehaviour.capacity = 0;
    long begun = System.nanoTime();
    ends.client.closing(/* full= */ true);
    assertThat(System.nanoTime() - begun).isLessThan(SECOND);
    byte[] heard = new byte[1];
    Awaitility.await().until(() -> ends.server.read(new HeapMemory(heard, 0, 1)) == Status.EOF);
  }
}
