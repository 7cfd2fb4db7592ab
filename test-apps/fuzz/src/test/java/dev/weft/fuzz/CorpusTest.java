package dev.weft.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.engine.ClientCertTarget;
import dev.weft.identity.CertificateTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** Each target with what once broke it, with seeds, and with some thousand variants of them. */
@Timeout(300)
class CorpusTest {

  private static final int VARIANTS = 5_000;

  private static final Path CORPUS = Path.of("src", "test", "corpus");

  static final Map<String, Consumer<byte[]>> TARGETS =
      new TreeMap<>(
          Map.of(
              "Certificate", CertificateTarget::fuzzerTestOneInput,
              "ClientCert", ClientCertTarget::fuzzerTestOneInput,
              "Header", HeaderTarget::fuzzerTestOneInput,
              "Host", HostTarget::fuzzerTestOneInput,
              "Path", PathTarget::fuzzerTestOneInput,
              "Token", TokenTarget::fuzzerTestOneInput,
              "Xds", XdsTarget::fuzzerTestOneInput,
              "Yaml", YamlTarget::fuzzerTestOneInput));

  /** The class that Jazzer is to call. */
  static String type(String target) {
    return switch (target) {
          case "Certificate" -> CertificateTarget.class.getPackageName();
          case "ClientCert" -> ClientCertTarget.class.getPackageName();
          default -> "dev.weft.fuzz";
        }
        + "."
        + target
        + "Target";
  }

  static Path folder(String target) {
    return CORPUS.resolve(target);
  }

  @TestFactory
  Stream<DynamicTest> theCorpus() {
    return TARGETS.entrySet().stream()
        .map(
            target ->
                DynamicTest.dynamicTest(
                    target.getKey(), () -> feed(target.getValue(), corpus(target.getKey()))));
  }

  @TestFactory
  Stream<DynamicTest> variantsOfTheCorpus() {
    return TARGETS.entrySet().stream()
        .map(
            target ->
                DynamicTest.dynamicTest(
                    target.getKey(), () -> vary(target.getValue(), corpus(target.getKey()))));
  }

  private static List<byte[]> corpus(String target) throws IOException {
    try (Stream<Path> files = Files.list(folder(target))) {
      List<byte[]> inputs = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        inputs.add(Files.readAllBytes(file));
      }
      assertThat(inputs).as("inputs of " + target).isNotEmpty();
      return inputs;
    }
  }

  private static void feed(Consumer<byte[]> target, List<byte[]> inputs) {
    inputs.forEach(target);
  }

  private static void vary(Consumer<byte[]> target, List<byte[]> inputs) {
    long seed = System.nanoTime();
    System.out.println("seed of the variants: " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < VARIANTS; i++) {
      byte[] one = inputs.get(random.nextInt(inputs.size()));
      byte[] other = inputs.get(random.nextInt(inputs.size()));
      target.accept(crossed(one, other, random));
    }
  }

  /** The beginning of one and the end of another, with a few bytes changed. */
  private static byte[] crossed(byte[] one, byte[] other, SplittableRandom random) {
    int head = random.nextInt(one.length + 1);
    int tail = random.nextInt(other.length + 1);
    byte[] crossed = Arrays.copyOf(one, head + other.length - tail);
    System.arraycopy(other, tail, crossed, head, other.length - tail);
    for (int n = random.nextInt(3); n > 0 && crossed.length > 0; n--) {
      crossed[random.nextInt(crossed.length)] = (byte) random.nextInt(256);
    }
    return crossed;
  }
}
