package dev.weft.e2e.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.Jvm;
import dev.weft.e2e.Mesh;
import dev.weft.e2e.Metrics;
import dev.weft.e2e.Yaml;
import dev.weft.e2e.app.Caller;
import dev.weft.e2e.app.Echo;
import dev.weft.harness.Ports;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What certificates and tokens are good for: as long as they say, for whom they say. */
class IdentityTest {

  private static final String URL = "http://echo:8080/";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Test
  void certificatesChangeUnderLoad() throws Exception {
    int rotations = Integer.getInteger("e2e.rotations", 10);
    try (Mesh mesh = new Mesh("--certificate-life", "4s")) {
      mesh.configure("service.yaml", Yaml.service("echo"));
      mesh.configure("strict.yaml", Yaml.STRICT);
      int metrics = Ports.free();
      Map<String, String> echo = mesh.identity("echo", metrics);
      Jvm server = mesh.start("echo", "v1", echo, Echo.class, "one", "0", "10");
      Jvm caller = mesh.start("caller", "v1", mesh.identity("caller"), Caller.class);
      awaitServed(caller);
      caller.ask("load 4 " + URL, "loading");
      Set<String> seen = new HashSet<>();
      OpenSsl own = new OpenSsl(mesh.state(), mesh.state().resolve("ca").resolve("root.pem"));
      OpenSsl.Pair peer = own.ofTheMesh("peer", "spiffe://cluster.local/ns/default/sa/peer");
      Awaitility.await()
          .atMost(Duration.ofSeconds(30 + 6L * rotations))
          .pollInterval(Duration.ofMillis(300))
          .until(
              () -> {
                own.serverCertificate(server.port(), peer).ifPresent(seen::add);
                return Metrics.sum(metrics, "weft_certificates_issued_total") > rotations;
              });
      String tally = caller.ask("stop", "tally ");
      System.out.println(
          rotations + " rotations: " + tally + ", " + seen.size() + " certificates seen");
      assertThat(tally).contains("200/one");
      assertThat(tally.replaceAll("total=[0-9]+", "").replaceAll("200/one=[0-9]+", "").strip())
          .isEqualTo("tally");
      assertThat(seen.size()).isGreaterThan(rotations / 2);
    }
  }

  @Test
  void tokensAreGoodForWhatTheySayAndNoMore() throws Exception {
    try (Mesh mesh = new Mesh()) {
      mesh.configure("service.yaml", Yaml.service("echo"));
      mesh.configure("strict.yaml", Yaml.STRICT);
      mesh.start("echo", "v1", mesh.identity("echo"), Echo.class, "one", "0");
      Jvm caller = mesh.start("caller", "v1", mesh.identity("caller"), Caller.class);
      awaitServed(caller);

      // Stolen: a good token of somebody else, used to serve what it does not name.
      Jvm thief = mesh.start("echo", "v1", mesh.identity("caller"), Echo.class, "thief", "0");
      awaitSaid(thief, "may not serve echo.default");
      // Not one of ours, and one that is over.
      Map<String, String> garbage = new HashMap<>(mesh.identity("caller"));
      String good = mesh.token("liar");
      garbage.put("WEFT_TOKEN", good.substring(0, good.lastIndexOf('.') + 1) + "A".repeat(86));
      Jvm liar = mesh.start("liar", "v1", garbage, Caller.class);
      Map<String, String> late = new HashMap<>(mesh.identity("caller"));
      late.put("WEFT_TOKEN", mesh.token("late", "--ttl", "1s"));
      Awaitility.await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
      Jvm expired = mesh.start("late", "v1", late, Caller.class);
      for (int i = 0; i < 20; i++) {
        assertThat(get(caller)).startsWith("answer 200 one");
        assertThat(get(liar)).doesNotContain("answer 200");
        assertThat(get(expired)).doesNotContain("answer 200");
      }
      awaitSaid(liar, "signature");
      awaitSaid(expired, "expired");
    }
  }

  private static String get(Jvm caller) {
    return caller.ask("get " + URL, "answer ", "failed ");
  }

  private static void awaitSaid(Jvm jvm, String words) {
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(jvm.output()).anyMatch(line -> line.contains(words)));
  }

  private static void awaitServed(Jvm caller) {
    Awaitility.await().atMost(PATIENCE).until(() -> get(caller).startsWith("answer 200 one"));
  }
}
