package dev.weft.xds;

import static dev.weft.xds.ScriptedControl.HOSTS;
import static dev.weft.xds.ScriptedControl.resource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weft.control.api.v1.AgentMessage;
import dev.weft.control.api.v1.AgentMessage.MessageCase;
import dev.weft.control.api.v1.ControlMessage;
import dev.weft.control.api.v1.Hello;
import dev.weft.control.api.v1.Lease;
import dev.weft.control.api.v1.Plaintext;
import dev.weft.control.api.v1.Refused;
import dev.weft.control.api.v1.Unmeshed;
import dev.weft.control.api.v1.Withdrawn;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An application registers itself by being started. */
class RegistrationTest {

  private ScriptedControl control;
  private ClientUnderTest test;

  @BeforeEach
  void start() throws Exception {
    control = new ScriptedControl();
    test = new ClientUnderTest(control.port());
    control.next(HOSTS);
    control.send(HOSTS, resource("default", "1", Samples.hosts()));
  }

  @AfterEach
  void stop() throws Exception {
    test.close();
    control.close();
  }

  private void listen(int port) {
    test.client.listening(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port), "jdk-httpserver");
  }

  @Test
  void saysWhoItIs() throws Exception {
    Hello hello = control.nextOfAgent().getHello();
    assertThat(hello)
        .isEqualTo(
            Hello.newBuilder()
                .setInstance("i1")
                .setName("web")
                .setNamespace("default")
                .putLabels("app", "web")
                .putLabels("version", "v1")
                .setAddress("127.0.0.1")
                .setAgentVersion("0.1")
                .setJavaVersion("17")
                .setPid(7)
                .setMetricsAddress("127.0.0.1:15020")
                .build());
  }

  @Test
  void tellsWherePortsOpenAndClose() throws Exception {
    control.nextOfAgent();
    listen(8080);
    AgentMessage listening = control.nextOfAgent();
    assertThat(listening.getListening().getPort()).isEqualTo(8080);
    assertThat(listening.getListening().getBound()).isEqualTo("127.0.0.1");
    assertThat(listening.getListening().getLibrary()).isEqualTo("jdk-httpserver");
    test.client.closed(8080);
    assertThat(control.nextOfAgent().getClosed().getPort()).isEqualTo(8080);
    test.client.coverage(List.of(new Library("tomcat", "10.1", ""), new Library("x", "", "why")));
    assertThat(control.nextOfAgent().getCoverage().getLibraries(1).getProblem()).isEqualTo("why");
  }

  @Test
  void tellsWhatTheMeshDoesNotCarryNowAndAfterReconnections() throws Exception {
    control.nextOfAgent();
    test.client.unmeshed(
        List.of(
            new UnmeshedSocket(
                true, List.of("0.0.0.0:9000"), "app", "no woven library", 1, List.of("a.B.c"))),
        5);
    Unmeshed told = control.nextOfAgent().getUnmeshed();
    assertThat(told)
        .isEqualTo(
            Unmeshed.newBuilder()
                .addSockets(
                    Unmeshed.Socket.newBuilder()
                        .setListens(true)
                        .addAddresses("0.0.0.0:9000")
                        .setLibrary("app")
                        .setReason("no woven library")
                        .setCount(1)
                        .addFrames("a.B.c"))
                .setLeftOff(5)
                .build());
    int port = control.port();
    control.close();
    control = new ScriptedControl(port);
    assertThat(control.nextOfAgent().hasHello()).isTrue();
    assertThat(control.nextOfAgent().getUnmeshed()).isEqualTo(told);
  }

  @Test
  void tellsWhoCallsInPlaintextNowAndAfterReconnections() throws Exception {
    control.nextOfAgent();
    test.client.plaintext(
        new PlaintextCallers(
            Instant.ofEpochMilli(1_000),
            List.of(
                new PlaintextCallers.Caller(
                    "10.0.0.7", 8080, true, 12, 3, Instant.ofEpochMilli(2_000))),
            5));
    Plaintext told = control.nextOfAgent().getPlaintext();
    assertThat(told)
        .isEqualTo(
            Plaintext.newBuilder()
                .setSince(1_000)
                .addCallers(
                    Plaintext.Caller.newBuilder()
                        .setAddress("10.0.0.7")
                        .setPort(8080)
                        .setOwnTls(true)
                        .setConnections(12)
                        .setOpen(3)
                        .setLast(2_000))
                .setLeftOff(5)
                .build());
    int port = control.port();
    control.close();
    control = new ScriptedControl(port);
    assertThat(control.nextOfAgent().hasHello()).isTrue();
    assertThat(control.nextOfAgent().getPlaintext()).isEqualTo(told);
  }

  @Test
  void beatsWithinItsLease() throws Exception {
    control.nextOfAgent();
    control.tell(ControlMessage.newBuilder().setLease(Lease.newBuilder().setSeconds(1)).build());
    for (int i = 0; i < 3; i++) {
      assertThat(control.nextOfAgent().getMessageCase()).isEqualTo(MessageCase.HEARTBEAT);
    }
    assertThat(test.client.status().registered()).isTrue();
  }

  @Test
  void tellsARefusedPortOnce() throws Exception {
    control.nextOfAgent();
    ControlMessage refused =
        ControlMessage.newBuilder()
            .setRefused(Refused.newBuilder().setPort(8080).setReason("taken by i2"))
            .build();
    control.tell(refused);
    control.tell(refused);
    test.awaitLine("port 8080 is not registered: taken by i2");
    control.tell(ControlMessage.newBuilder().setLease(Lease.newBuilder().setSeconds(9)).build());
    await().until(() -> test.client.status().registered());
    assertThat(test.lines.stream().filter(line -> line.contains("8080"))).hasSize(1);
    assertThat(test.client.status().refusedPorts()).containsEntry(8080, "taken by i2");
  }

  @Test
  void registersAgainWithAllItsPorts() throws Exception {
    control.nextOfAgent();
    listen(8080);
    listen(8081);
    control.nextOfAgent();
    control.nextOfAgent();
    int port = control.port();
    control.close();
    control = new ScriptedControl(port);
    assertThat(control.nextOfAgent().getHello().getListeningList())
        .extracting(each -> each.getPort())
        .containsExactly(8080, 8081);
  }

  @Test
  void withdrawsAndWaits() throws Exception {
    control.nextOfAgent();
    CompletableFuture<Void> withdrawn = test.client.withdraw().toCompletableFuture();
    assertThat(control.nextOfAgent().getMessageCase()).isEqualTo(MessageCase.WITHDRAW);
    assertThat(withdrawn).isNotDone();
    control.tell(ControlMessage.newBuilder().setWithdrawn(Withdrawn.getDefaultInstance()).build());
    withdrawn.get(20, TimeUnit.SECONDS);
    // It does not come back with the next connection.
    int port = control.port();
    control.close();
    control = new ScriptedControl(port);
    control.next(HOSTS);
    control.send(HOSTS, resource("default", "2", Samples.hosts()));
    await().atMost(Duration.ofSeconds(20)).until(() -> test.client.status().connected());
    assertThat(control.agents).isEmpty();
  }

  @Test
  void doesNotWaitForAServiceThatIsGone() throws Exception {
    control.nextOfAgent();
    control.close();
    test.awaitLine("no control service");
    test.client.withdraw().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
