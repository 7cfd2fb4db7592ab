package dev.weft.instrumentation.sockets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.instrumentation.sockets.client.Clients;
import dev.weft.instrumentation.sockets.run.ClientMain;
import dev.weft.instrumentation.sockets.server.Servers;
import dev.weft.instrumentation.testing.run.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every client against every server, STRICT at both ends, all bodies compared, and a tap between
 * them that must see nothing. {@code -Dsockets.full} makes it the long run.
 */
class MatrixIT {

  private static final boolean FULL = !System.getProperty("sockets.full", "").isEmpty();
  private static final List<String> SHORT_WORK = List.of("8", "12", "3");
  private static final List<String> FULL_WORK = List.of("32", "100", "50");
  private static final Duration PATIENCE = Duration.ofMinutes(FULL ? 10 : 2);

  @TestFactory
  Stream<DynamicNode> everyJdk() {
    return Jdk.installed().stream()
        .map(jdk -> DynamicContainer.dynamicContainer("JDK " + jdk.feature(), tests(new Run(jdk))));
  }

  private static Stream<DynamicTest> tests(Run run) {
    List<DynamicTest> tests = new ArrayList<>();
    for (String cell : run.cells()) {
      tests.add(DynamicTest.dynamicTest(cell, () -> run.check(cell)));
    }
    tests.add(DynamicTest.dynamicTest("nothing but ciphertext on the wire", run::checkWire));
    tests.add(DynamicTest.dynamicTest("the mesh was told of everything", run::checkMesh));
    return tests.stream();
  }

  /** Both JVMs of one JDK, run when the first cell is asked for. */
  private static final class Run {
    private final Jdk jdk;
    private final List<String> servers;
    private final Map<String, String> results = new LinkedHashMap<>();
    private final List<Tap> taps = new ArrayList<>();
    private List<String> output = List.of();
    private String seenByServer = "";
    private String seenByClient = "";
    private boolean ran;

    Run(Jdk jdk) {
      this.jdk = jdk;
      boolean virtual = jdk.feature() >= 21;
      this.servers =
          Servers.ALL.stream().filter(name -> virtual || !name.endsWith("-virtual")).toList();
    }

    List<String> cells() {
      List<String> cells = new ArrayList<>();
      for (String server : servers) {
        Clients.of(server, jdk.feature()).forEach(client -> cells.add(client + " " + server));
      }
      return cells;
    }

    void check(String cell) throws Exception {
      run();
      assertThat(results).as("see " + output).containsKey(cell);
      assertThat(results.get(cell)).as("see " + output).contains(" failed=0 ");
    }

    void checkWire() throws Exception {
      run();
      assertThat(taps).allSatisfy(tap -> assertThat(tap.found()).isEmpty());
      assertThat(taps).allSatisfy(tap -> assertThat(tap.bytes()).isGreaterThan(100_000));
    }

    void checkMesh() throws Exception {
      run();
      assertThat(seenByClient).contains(" plaintexts=0 faults=0 suppressed=0 ");
      assertThat(seenByServer).contains(" plaintexts=0 faults=0 suppressed=0 ");
    }

    /**
     * Large bodies meet several key updates, as connections do that live for long. The answer to
     * one may come after the close, which resets the connection, as without us: only clients that
     * read all they asked for are here.
     */
    private static List<String> keyUpdates() throws IOException {
      Path limits = Files.createDirectories(Path.of("target", "ends")).resolve("key-limits");
      if (!Files.exists(limits)) { // another JVM may be reading it
        Files.writeString(
            limits,
            "jdk.tls.keyLimits=AES/GCM/NoPadding KeyUpdate 2^20, ChaCha20-Poly1305 KeyUpdate 2^20");
      }
      return List.of("-Djava.security.properties=" + limits.toAbsolutePath());
    }

    private void run() throws Exception {
      if (ran) {
        return;
      }
      ran = true;
      try (ServerJvm server = ServerJvm.start(jdk, "STRICT", keyUpdates(), servers)) {
        List<String> arguments = new ArrayList<>();
        arguments.add(server.folder.toString());
        arguments.add(ServerJvm.SERVER);
        arguments.addAll(FULL ? FULL_WORK : SHORT_WORK);
        for (Map.Entry<String, Integer> port : server.ports().entrySet()) {
          Tap tap = new Tap(port.getValue());
          taps.add(tap);
          arguments.add(port.getKey() + "=" + tap.port());
        }
        Path log = Path.of("target", "ends", "clients-" + jdk.feature() + ".log");
        String main = ClientMain.class.getName();
        try (ChildJvm client =
            ChildJvm.start(jdk, ChildJvm.AGENT, log, keyUpdates(), main, arguments)) {
          output = client.output();
          for (String cell : cells()) {
            String line = client.next("CELL", PATIENCE);
            if (line == null) {
              return;
            }
            results.put(cell, line);
          }
          seenByClient = String.valueOf(client.next("SEEN", PATIENCE));
        }
        seenByServer = server.seen();
      } finally {
        for (Tap tap : taps) {
          tap.close();
        }
      }
    }
  }
}
