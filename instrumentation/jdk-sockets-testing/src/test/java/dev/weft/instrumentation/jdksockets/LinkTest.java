package dev.weft.instrumentation.jdksockets;

import static dev.weft.instrumentation.jdksockets.Talk.QUESTION;
import static dev.weft.instrumentation.jdksockets.Talk.exchange;
import static dev.weft.instrumentation.jdksockets.Talk.handshaken;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.instrumentation.jdksockets.MemoryWire.Behaviour;
import dev.weft.instrumentation.sockets.Content;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One connection over a wire in memory. Seeds are in the messages of what fails. */
class LinkTest {

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
    int scale = 2 + random.nextInt(20_000); // of 1 there is nothing but 0: no byte would ever move
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

  @Test
  void bytesThatAreLeftOverAreTold() throws IOException {
    Ends ends = handshaken();
    byte[] heard = new byte[100];
    ends.client.write(new HeapMemory(QUESTION, 0, 100));
    assertThat(ends.server.read(new HeapMemory(heard, 0, 10))).isEqualTo(10);
    assertThat(ends.leftover[1]).isTrue();
    assertThat(ends.server.available(0)).isEqualTo(90);
    assertThat(ends.server.read(new HeapMemory(heard, 10, 90))).isEqualTo(90);
    assertThat(ends.leftover[1]).isFalse();
    assertThat(heard).isEqualTo(Arrays.copyOf(QUESTION, 100));
  }

  @Test
  void availableCountsTheApplicationsBytes() throws IOException {
    Ends ends = handshaken();
    assertThat(ends.server.available(0)).isZero();
    ends.client.write(new HeapMemory(QUESTION, 0, 100));
    assertThat(ends.server.available(122)).isEqualTo(100);
    byte[] heard = new byte[100];
    assertThat(ends.server.read(new HeapMemory(heard, 0, 100))).isEqualTo(100);
    assertThat(heard).isEqualTo(Arrays.copyOf(QUESTION, 100));
  }
}
