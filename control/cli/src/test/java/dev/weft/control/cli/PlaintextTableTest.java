package dev.weft.control.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.server.StatusJson;
import dev.weft.control.server.status.Status;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** From the state of a control service to what an operator reads. */
class PlaintextTableTest {

  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  private static Status status(String workloads, String unknown) throws Exception {
    return StatusJson.read(
        """
        {"version": "1", "started": "2026-01-01T00:00:00Z", "agents": [], "refusals": [],
         "configuration": {"ageSeconds": 1, "findings": [],
           "counts": {"services": 0, "rules": 0, "policies": 0, "workloads": 0}},
         "workloads": [%s], "plaintextUnknown": [%s]}
        """
            .formatted(workloads, unknown));
  }

  private static String printed(String workloads, String unknown) throws Exception {
    return printed(status(workloads, unknown));
  }

  private static String printed(Status... replicas) {
    StringWriter out = new StringWriter();
    new PlaintextTable(List.of(replicas), NOW).print(new PrintWriter(out, true));
    return out.toString();
  }

  /** One that serves a port; with what it says of its callers. */
  private static String workload(String name, boolean connected, String plaintext) {
    return """
    {"name": "%s", "namespace": "shop", "instance": "%s", "labels": {}, "address": "10.0.0.1",
     "connected": %s, "since": "2026-01-01T00:00:00Z", "libraries": [], "unmeshed": [],
     "jvm": {"agentVersion": "1", "javaVersion": "17", "pid": 1, "metrics": ""},
     "ports": [{"port": 8080, "protocol": "http", "library": "tomcat", "address": "10.0.0.1"}]%s}
    """
        .formatted(name, name + plaintext.hashCode(), connected, plaintext);
  }

  private static String said(String since, int leftOff, String... callers) {
    return ", \"plaintext\": {\"since\": \"%s\", \"leftOff\": %d, \"callers\": [%s]}"
        .formatted(since, leftOff, String.join(",", callers));
  }

  private static String caller(String address, int port, int count, int open, String... names) {
    StringBuilder workloads = new StringBuilder();
    for (String name : names) {
      String[] parts = name.split("\\.", -1);
      workloads
          .append(workloads.isEmpty() ? "" : ",")
          .append(
              "{\"name\": \"%s\", \"namespace\": \"%s\", \"instance\": \"x\", \"labels\": {}}"
                  .formatted(parts[0], parts[1]));
    }
    return """
    {"address": "%s", "port": %d, "ownTls": %s, "count": %d, "open": %d,
     "lastSeen": "2026-01-01T11:%02d:00Z", "workloads": [%s]}
    """
        .formatted(address, port, port == 8443, count, open, 59 - count, workloads);
  }

  private static String unknown(String name, String reason) {
    String address = name.equals("cart") ? "10.0.0.1" : "10.0.0.9";
    return """
    {"name": "%s", "namespace": "shop", "address": "%s", "reason": "%s"}
    """
        .formatted(name, address, reason);
  }

  @Test
  void instancesOfOneWorkloadAreOneCalledOrCalling() throws Exception {
    String since = "2026-01-01T00:00:00Z";
    String first =
        said(
            since,
            0,
            caller("10.0.0.7", 8080, 2, 0, "legacy.ops"),
            caller("10.0.0.8", 8080, 3, 0, "legacy.ops"),
            caller("192.0.2.1", 8443, 1, 1),
            caller("10.0.0.99", 8080, 4, 0, "proxy.kube", "a.kube", "dns\\u001b[2J.net"));
    String second = said(since, 0, caller("10.0.0.7", 8080, 5, 0, "legacy.ops"));
    assertThat(printed(workload("cart", true, first) + "," + workload("cart", true, second), ""))
        .isEqualTo(
            """
            CALLED WORKLOAD  PORT        CALLER                                NAMESPACE  COUNT  LAST SEEN
            cart.shop        8080        10.0.0.99 (one of a, dns?[2J, proxy)  kube,net   4      5m ago
            cart.shop        8080        legacy                                ops        10     3m ago
            cart.shop        8443 (TLS)  192.0.2.1                             -          1      now

            In the way of STRICT: 10.0.0.99 (one of a, dns?[2J, proxy), 192.0.2.1, legacy.ops.
            """);
  }

  @Test
  void ofOneWhoseAgentIsAwayNobodyKnowsWhatIsOpen() throws Exception {
    String callers = said("2026-01-01T00:00:00Z", 0, caller("10.0.0.7", 8080, 2, 1, "legacy.ops"));
    String printed =
        printed(workload("cart", false, callers), unknown("cart", "its agent is not connected"));
    assertThat(printed)
        .containsPattern("cart.shop +8080 +legacy +ops +2 +3m ago")
        .contains("Who calls cart.shop (10.0.0.1) is not known: its agent is not connected")
        .endsWith(
            "In the way of STRICT: legacy.ops. Of 1 workload that is not known, see above.\n");
  }

  @Test
  void nobodyCountsSinceTheLatestOfWhatTheySay() throws Exception {
    String workloads =
        workload("cart", true, said("2026-01-01T08:00:00Z", 0))
            + ","
            + workload("orders", true, said("2026-01-01T11:00:00Z", 0))
            + ","
            + workload("away", false, said("2026-01-01T11:30:00Z", 0));
    assertThat(printed(workloads, ""))
        .isEqualTo("Nobody has called in plaintext since 2026-01-01T11:00:00Z (60m ago).\n");
    assertThat(printed(workloads, unknown("a", "x") + "," + unknown("b", "its\\u001b[2J agent")))
        .contains("Who calls b.shop (10.0.0.9) is not known: its?[2J agent")
        .endsWith("(60m ago). Of 2 workloads that is not known, see above.\n");
  }

  @Test
  void whatOneReplicaDoesNotKnowAnotherMay() throws Exception {
    String callers = said("2026-01-01T08:00:00Z", 0, caller("10.0.0.7", 8080, 2, 0, "legacy.ops"));
    String orders = workload("orders", true, said("2026-01-01T08:00:00Z", 0));
    Status one = status(workload("cart", false, callers), unknown("cart", "its agent is away"));
    Status other = status(orders + "," + workload("cart", true, callers), "");
    Status third = status("", unknown("web", "no agent") + "," + unknown("cart", "no agent"));
    assertThat(printed(one, other, third))
        .containsPattern("cart.shop +8080 +legacy +ops +2 +3m ago")
        .doesNotContain("calls cart.shop")
        .endsWith(
            """
            Who calls web.shop (10.0.0.9) is not known: no agent
            In the way of STRICT: legacy.ops. Of 1 workload that is not known, see above.
            """);
  }

  @Test
  void whoWasLeftOffIsNotNobody() throws Exception {
    assertThat(printed(workload("cart", true, said("2026-01-01T08:00:00Z", 7)), ""))
        .isEqualTo(
            """
            cart.shop: 7 more connections, of callers for whom there was no room
            Somebody calls in plaintext for whom there was no room.
            """);
  }

  @Test
  void nothingIsKnownWhereNobodySays() throws Exception {
    String nothing =
        "Nothing is known: no workload that can be called has said who calls it in plaintext.\n";
    assertThat(printed("", "")).isEqualTo(nothing);
    assertThat(printed(workload("cart", true, ""), unknown("cart", "its agent (1) has not said")))
        .isEqualTo(
            "Who calls cart.shop (10.0.0.1) is not known: its agent (1) has not said\n" + nothing);
  }
}
