package dev.weft.xds.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.weft.xds.wire.IgnoredFields;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever comes, a decoder answers with a record or with a reason. */
@Timeout(120)
class FuzzTest {

  private static final int ROUNDS = 60_000;

  @Test
  void neverAnythingButARecordOrAReason() {
    long seed = System.nanoTime();
    System.out.println("decode fuzz seed: " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    Message[] samples = Corpus.all();
    int taken = 0;
    for (int i = 0; i < ROUNDS; i++) {
      byte[] bytes = samples[random.nextInt(samples.length)].toByteArray();
      bytes = mutated(bytes, random);
      ResourceType<?> type = ResourceType.ALL.get(random.nextInt(ResourceType.ALL.size()));
      try {
        assertThat(type.decode(bytes, IgnoredFields.UNHEARD)).isNotNull();
        taken++;
      } catch (InvalidResourceException e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
    }
    System.out.println("decoded " + taken + " of " + ROUNDS);
    assertThat(taken).isBetween(ROUNDS / 100, ROUNDS * 9 / 10);
  }

  private static byte[] mutated(byte[] bytes, SplittableRandom random) {
    byte[] mutated = bytes;
    for (int n = random.nextInt(4); n > 0; n--) {
      mutated =
          switch (random.nextInt(4)) {
            case 0 -> flipped(mutated, random);
            case 1 -> Arrays.copyOf(mutated, random.nextInt(mutated.length + 1));
            case 2 -> doubled(mutated, random);
            default -> replaced(mutated, random);
          };
    }
    return mutated;
  }

  private static byte[] flipped(byte[] bytes, SplittableRandom random) {
    byte[] copy = bytes.clone();
    if (copy.length > 0) {
      copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return copy;
  }

  private static byte[] doubled(byte[] bytes, SplittableRandom random) {
    int at = random.nextInt(bytes.length + 1);
    byte[] copy = Arrays.copyOf(bytes, bytes.length + bytes.length - at);
    System.arraycopy(bytes, at, copy, bytes.length, bytes.length - at);
    return copy;
  }

  private static byte[] replaced(byte[] bytes, SplittableRandom random) {
    byte[] copy = bytes.clone();
    if (copy.length > 0) {
      int from = random.nextInt(copy.length);
      for (int i = from; i < Math.min(copy.length, from + random.nextInt(8)); i++) {
        copy[i] = (byte) random.nextInt(256);
      }
    }
    return copy;
  }
}
