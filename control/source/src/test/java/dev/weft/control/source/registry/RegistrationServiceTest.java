package dev.weft.control.source.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.api.v1.AgentMessage;
import dev.weft.control.api.v1.Closed;
import dev.weft.control.api.v1.ControlMessage;
import dev.weft.control.api.v1.Coverage;
import dev.weft.control.api.v1.Hello;
import dev.weft.control.api.v1.Listening;
import dev.weft.control.api.v1.Plaintext;
import dev.weft.control.api.v1.Unmeshed;
import dev.weft.control.api.v1.Withdraw;
import dev.weft.control.api.v1.WorkloadServiceGrpc;
import dev.weft.control.model.Workload;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The conversation between an agent and the registry. */
class RegistrationServiceTest {

  private final WorkloadRegistry registry =
      new WorkloadRegistry(LeaseTimes.DEFAULT, System::nanoTime, InstantSource.system());
  private final CompletableFuture<Void> everybodyKnows = new CompletableFuture<>();
  private @Nullable Server server;
  private @Nullable ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    registry.onChange(registry::workloads);
    String name = UUID.randomUUID().toString();
    RegistrationService service =
        new RegistrationService(
            registry,
            LeaseTimes.DEFAULT,
            instance -> everybodyKnows,
            RegistrationService.Callers.UNKNOWN);
    server = InProcessServerBuilder.forName(name).addService(service).build().start();
    channel = InProcessChannelBuilder.forName(name).build();
  }

  @AfterEach
  void stop() {
    if (channel != null) {
      channel.shutdownNow();
    }
    if (server != null) {
      server.shutdownNow();
    }
  }

  /** An agent that says what the test tells it to say. */
  private static final class Agent implements StreamObserver<ControlMessage> {

    final BlockingQueue<ControlMessage> answers = new LinkedBlockingQueue<>();
    final CompletableFuture<Status> ended = new CompletableFuture<>();
    final StreamObserver<AgentMessage> requests;

    Agent(ManagedChannel channel) {
      requests = WorkloadServiceGrpc.newStub(channel).connect(this);
    }

    Agent hello(String instance, String name) {
      return say(
          AgentMessage.newBuilder()
              .setHello(
                  Hello.newBuilder()
                      .setInstance(instance)
                      .setName(name)
                      .setNamespace("default")
                      .setAddress("10.0.0.1")));
    }

    Agent listening(int port) {
      return say(
          AgentMessage.newBuilder()
              .setListening(Listening.newBuilder().setPort(port).setLibrary("grpc")));
    }

    Agent say(AgentMessage.Builder message) {
      requests.onNext(message.build());
      return this;
    }

    ControlMessage next() throws InterruptedException {
      ControlMessage answer = answers.poll(10, TimeUnit.SECONDS);
      assertThat(answer).as("an answer, not: %s", ended.getNow(null)).isNotNull();
      return answer;
    }

    @Override
    public void onNext(ControlMessage answer) {
      answers.add(answer);
    }

    @Override
    public void onError(Throwable failure) {
      ended.complete(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
      ended.complete(Status.OK);
    }
  }

  private Agent agent() {
    return new Agent(java.util.Objects.requireNonNull(channel));
  }

  private void awaitPorts(Integer... ports) {
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(registry.workloads().workloads())
                    .flatExtracting(Workload::listeners)
                    .extracting(it -> it.port())
                    .containsExactly(ports));
  }

  @Test
  void portsComeAndGo() throws Exception {
    Agent agent = agent().hello("i", "reviews").listening(9080).listening(9081);
    assertThat(agent.next().getLease().getSeconds()).isEqualTo(30);
    awaitPorts(9080, 9081);
    agent.say(AgentMessage.newBuilder().setClosed(Closed.newBuilder().setPort(9080)));
    awaitPorts(9081);
    agent.say(
        AgentMessage.newBuilder()
            .setCoverage(
                Coverage.newBuilder()
                    .addLibraries(
                        Coverage.Library.newBuilder()
                            .setName("okhttp")
                            .setVersion("2")
                            .setProblem("too old"))));
    Awaitility.await()
        .untilAsserted(
            () -> assertThat(registry.status().get(0).registration().libraries()).hasSize(1));
    assertThat(registry.status().get(0).registration().libraries().get(0).problem())
        .isEqualTo("too old");
  }

  @Test
  void showsWhatTheMeshDoesNotCarryAndKeepsItOverReconnections() throws Exception {
    Agent agent = agent().hello("i", "reviews");
    agent.next();
    agent.say(unmeshed(socket().addFrames("org.postgresql.core.PGStream.createSocket")));
    Awaitility.await().until(() -> unmeshed().leftOff() == 7);
    assertThat(unmeshed().sockets())
        .containsExactly(
            new Registration.UnmeshedSocket(
                false,
                List.of("192.0.2.7:5432"),
                "postgresql",
                "not in the registry",
                3,
                List.of("org.postgresql.core.PGStream.createSocket")));
    Agent again = agent().hello("i", "reviews");
    again.next();
    assertThat(unmeshed().leftOff()).isEqualTo(7);

    // Anybody who reaches the port can send anything.
    Unmeshed.Socket.Builder deep = socket();
    for (int i = 0; i < 9; i++) {
      deep.addFrames("x");
    }
    again.say(unmeshed(deep));
    assertThat(again.next().getRefused().getReason())
        .isEqualTo("9 frames of an unmeshed socket (expected: at most 8)");
    again.say(unmeshed(socket().setLibrary("a\nb")));
    assertThat(again.next().getRefused().getReason()).contains("none of them control characters");
    assertThat(unmeshed().sockets().get(0).library()).isEqualTo("postgresql");
  }

  @Test
  void showsWhoCallsInPlaintextAndKeepsItOverReconnections() throws Exception {
    Agent agent = agent().hello("i", "reviews");
    agent.next();
    assertThat(plaintext()).isNull();
    agent.say(plaintext(caller("fd00::7")));
    Awaitility.await().until(() -> plaintext() != null);
    Registration.Plaintext expected =
        new Registration.Plaintext(
            Instant.ofEpochMilli(1_000),
            List.of(
                new Registration.PlaintextCaller(
                    "fd00:0:0:0:0:0:0:7", 8080, true, 12, 3, Instant.ofEpochMilli(2_000))),
            7);
    assertThat(plaintext()).isEqualTo(expected);
    Agent again = agent().hello("i", "reviews");
    again.next();
    assertThat(plaintext()).isEqualTo(expected);

    // Anybody who reaches the port can send anything.
    again.say(plaintext(caller("db.example.com")));
    assertThat(again.next().getRefused().getReason())
        .isEqualTo("caller in plaintext: \"db.example.com\" (expected: an IP address)");
    again.say(plaintext(caller("10.0.0.7").setPort(65_536)));
    assertThat(again.next().getRefused().getReason())
        .isEqualTo("port: 65536 (expected: 1 to 65535)");
    Plaintext.Builder many = Plaintext.newBuilder();
    for (int i = 0; i < 129; i++) {
      many.addCallers(caller("10.0.0.7"));
    }
    again.say(AgentMessage.newBuilder().setPlaintext(many));
    assertThat(again.next().getRefused().getReason())
        .isEqualTo("129 callers in plaintext (expected: at most 128)");
    assertThat(plaintext()).isEqualTo(expected);
  }

  private Registration.@Nullable Plaintext plaintext() {
    return registry.status().get(0).registration().plaintext();
  }

  private static Plaintext.Caller.Builder caller(String address) {
    return Plaintext.Caller.newBuilder()
        .setAddress(address)
        .setPort(8080)
        .setOwnTls(true)
        .setConnections(12)
        .setOpen(3)
        .setLast(2_000);
  }

  private static AgentMessage.Builder plaintext(Plaintext.Caller.Builder caller) {
    return AgentMessage.newBuilder()
        .setPlaintext(Plaintext.newBuilder().setSince(1_000).addCallers(caller).setLeftOff(7));
  }

  private Registration.Unmeshed unmeshed() {
    return registry.status().get(0).registration().unmeshed();
  }

  private static Unmeshed.Socket.Builder socket() {
    return Unmeshed.Socket.newBuilder()
        .addAddresses("192.0.2.7:5432")
        .setLibrary("postgresql")
        .setReason("not in the registry")
        .setCount(3);
  }

  private static AgentMessage.Builder unmeshed(Unmeshed.Socket.Builder socket) {
    return AgentMessage.newBuilder()
        .setUnmeshed(Unmeshed.newBuilder().addSockets(socket).setLeftOff(7));
  }

  @Test
  void aWithdrawalIsAnsweredWhenEverybodyKnows() throws Exception {
    Agent agent = agent().hello("i", "reviews").listening(9080);
    agent.next();
    awaitPorts(9080);
    agent.say(AgentMessage.newBuilder().setWithdraw(Withdraw.getDefaultInstance()));
    awaitPorts();
    assertThat(agent.answers).isEmpty();
    agent.listening(9090);
    everybodyKnows.complete(null);
    assertThat(agent.next().hasWithdrawn()).isTrue();
    assertThat(registry.workloads().workloads()).isEmpty();
  }

  @Test
  void orAfterTwoSeconds() throws Exception {
    Agent agent = agent().hello("i", "reviews");
    agent.next();
    long before = System.nanoTime();
    agent.say(AgentMessage.newBuilder().setWithdraw(Withdraw.getDefaultInstance()));
    assertThat(agent.next().hasWithdrawn()).isTrue();
    assertThat(System.nanoTime() - before).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(1900));
    assertThat(everybodyKnows).isCompletedExceptionally();
  }

  @Test
  void whoeverIsRefusedIsToldWhyAndMayTryAgain() throws Exception {
    Agent agent = agent().hello("i", "not a name");
    ControlMessage refusal = agent.next();
    assertThat(refusal.getRefused().getPort()).isZero();
    assertThat(refusal.getRefused().getReason()).contains("not a name");
    agent.say(AgentMessage.newBuilder().setCoverage(Coverage.getDefaultInstance()));
    agent.listening(9080).hello("i", "reviews");
    assertThat(agent.next().hasLease()).isTrue();
    assertThat(registry.workloads().workloads()).hasSize(1);
  }

  @Test
  void aClaimedPortIsRefusedOnce() throws Exception {
    agent().hello("a", "reviews").listening(9080).next();
    awaitPorts(9080);
    Agent second = agent().hello("b", "ratings").listening(9080);
    assertThat(second.next().hasLease()).isTrue();
    assertThat(second.next().getRefused().getReason()).contains("9080", "reviews.default");
    second.listening(9080).listening(9081);
    awaitPorts(9080, 9081);
    second.say(AgentMessage.newBuilder().setWithdraw(Withdraw.getDefaultInstance()));
    everybodyKnows.complete(null);
    assertThat(second.next().hasWithdrawn()).isTrue();
  }

  @Test
  void whoDoesNotSayHelloIsSentAway() throws Exception {
    Agent agent = agent().listening(9080);
    Status status = agent.ended.get(10, TimeUnit.SECONDS);
    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(status.getDescription()).contains("LISTENING", "HELLO");
  }

  @Test
  void anotherHelloReplacesTheFirst() throws Exception {
    Agent agent = agent().hello("a", "reviews").hello("b", "ratings");
    agent.next();
    agent.next();
    assertThat(registry.workloads().workloads()).extracting(Workload::id).containsExactly("b");
    agent.requests.onError(new RuntimeException("the process dies"));
    Awaitility.await().until(() -> !registry.status().get(0).connected());
  }

  @Test
  void portsThatRaceWithTheEndOfTheirStreamLeaveNoTrace() throws Exception {
    for (int round = 0; round < 300; round++) {
      Agent agent = agent().hello("r" + round, "reviews");
      agent.next();
      for (int port = 1; port < 5; port++) {
        agent.listening(round * 10 + port + 1);
      }
      Agent again = agent().hello("r" + round, "reviews");
      agent.requests.onError(new RuntimeException("broken"));
      again.next();
      again.say(AgentMessage.newBuilder().setWithdraw(Withdraw.getDefaultInstance()));
    }
    everybodyKnows.complete(null);
    Awaitility.await().untilAsserted(() -> assertThat(registry.status()).isEqualTo(List.of()));
    assertThat(registry.workloads().workloads()).isEmpty();
  }
}
