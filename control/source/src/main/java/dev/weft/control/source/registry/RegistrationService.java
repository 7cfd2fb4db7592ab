package dev.weft.control.source.registry;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.control.api.v1.AgentMessage;
import dev.weft.control.api.v1.ControlMessage;
import dev.weft.control.api.v1.Hello;
import dev.weft.control.api.v1.Refused;
import dev.weft.control.api.v1.Withdrawn;
import dev.weft.control.api.v1.WorkloadServiceGrpc;
import dev.weft.control.model.Principal;
import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code weft.control.v1.WorkloadService}: one stream per agent, into the registry. */
public final class RegistrationService implements BindableService {

  /** A process that stops does not wait longer than this for others to hear of it. */
  private static final Duration WITHDRAWAL_BOUND = Duration.ofSeconds(2);

  private static final int MAX_SHOWN = 120;

  private static final ControlMessage WITHDRAWAL =
      ControlMessage.newBuilder().setWithdrawn(Withdrawn.getDefaultInstance()).build();

  private final WorkloadRegistry registry;
  private final LeaseTimes times;
  private final Departures departures;
  private final Callers callers;
  private final LongSupplier nanoTime;

  /**
   * What is known of those who call.
   *
   * @param current who makes the call that the current thread begins; null: nobody knows
   * @param refusals is told who was refused, and why
   */
  public record Callers(
      Supplier<@Nullable Principal> current, BiConsumer<String, String> refusals) {

    /** Nobody is asked who he is. */
    public static final Callers UNKNOWN = new Callers(() -> null, (who, why) -> {});
  }

  public RegistrationService(
      WorkloadRegistry registry, LeaseTimes times, Departures departures, Callers callers) {
    this.registry = registry;
    this.times = times;
    this.departures = departures;
    this.callers = callers;
    this.nanoTime = System::nanoTime;
  }

  @Override
  public ServerServiceDefinition bindService() {
    ServerServiceDefinition service =
        ServerServiceDefinition.builder(WorkloadServiceGrpc.SERVICE_NAME)
            .addMethod(
                WorkloadServiceGrpc.getConnectMethod().toBuilder(
                        RawRequests.MARSHALLER,
                        WorkloadServiceGrpc.getConnectMethod().getResponseMarshaller())
                    .build(),
                ServerCalls.asyncBidiStreamingCall(this::connect))
            .build();
    return ServerInterceptors.intercept(service, new CallOrigin());
  }

  private StreamObserver<byte[]> connect(StreamObserver<ControlMessage> responses) {
    Agent agent =
        new Agent((ServerCallStreamObserver<ControlMessage>) responses, callers.current().get());
    agent.responses.setOnCancelHandler(agent::gone);
    return agent;
  }

  /** One agent's stream. */
  private final class Agent implements StreamObserver<byte[]>, Session {

    private final ServerCallStreamObserver<ControlMessage> responses;
    private final RegistrationReader reader;
    private final @Nullable Principal principal;

    /** Refusals that it knows, by port. */
    private final Map<Integer, String> told = new ConcurrentHashMap<>();

    /**
     * What it has said so far; null before its hello. Only gRPC's thread of this call comes here.
     */
    private @Nullable Registration hello;

    private boolean greeting;
    private boolean withdrawn;
    private volatile long heard = nanoTime.getAsLong();

    @GuardedBy("responses") private boolean finished;

    Agent(ServerCallStreamObserver<ControlMessage> responses, @Nullable Principal principal) {
      this.responses = responses;
      this.principal = principal;
      this.reader = new RegistrationReader(CallOrigin.isThisHost(), principal);
    }

    @Override
    public void onNext(byte[] bytes) {
      heard = nanoTime.getAsLong();
      try {
        onNext(AgentMessage.parseFrom(bytes));
      } catch (InvalidProtocolBufferException e) {
        // Parsed here, because gRPC would write a stack trace for each that a stranger sends.
        fail("no message: " + e.getMessage());
      }
    }

    private void onNext(AgentMessage message) {
      try {
        received(message);
      } catch (RefusedException e) {
        if (message.hasHello()) {
          // Whoever it was before: this is what it says it is now.
          leave();
          callers.refusals().accept(who(message.getHello()), e.reason());
        }
        refused(message.hasListening() ? message.getListening().getPort() : 0, e.reason());
      }
    }

    private String who(Hello hello) {
      return principal == null ? shown(hello) : principal.id().toString();
    }

    private static String shown(Hello hello) {
      String name = hello.getName() + "." + hello.getNamespace();
      return name.substring(0, Math.min(name.length(), MAX_SHOWN)).replaceAll("\\p{Cntrl}", "?");
    }

    private void received(AgentMessage message) throws RefusedException {
      Registration mine = hello;
      if (message.hasHello()) {
        greeting = true;
        greeted(reader.read(message.getHello()));
      } else if (!greeting) {
        fail("the first message is " + message.getMessageCase() + " (expected: HELLO)");
      } else if (mine != null && !withdrawn) {
        // After a withdrawal, a port that closes while the process stops changes nothing; what
        // follows a refused hello is about nobody.
        changed(mine, message);
      } else if (message.hasWithdraw()) {
        send(WITHDRAWAL);
      }
    }

    private void greeted(Registration registration) throws RefusedException {
      Registration before = hello;
      if (before != null && !before.instance().equals(registration.instance())) {
        leave();
      }
      told.clear();
      registry.register(this, registration);
      hello = registration;
      withdrawn = false;
      var lease = dev.weft.control.api.v1.Lease.newBuilder();
      lease.setSeconds(Math.toIntExact(times.lease().toSeconds()));
      send(ControlMessage.newBuilder().setLease(lease).build());
    }

    private void changed(Registration mine, AgentMessage message) throws RefusedException {
      String instance = mine.instance();
      switch (message.getMessageCase()) {
        case LISTENING -> {
          RegisteredPort port = reader.read(message.getListening(), mine);
          hello = mine.with(port);
          registry.update(this, instance, it -> it.with(port));
        }
        case CLOSED -> {
          int port = message.getClosed().getPort();
          told.remove(port);
          hello = mine.without(port);
          registry.update(this, instance, it -> it.without(port));
        }
        case COVERAGE -> {
          var libraries = reader.read(message.getCoverage());
          registry.update(this, instance, it -> it.with(libraries));
        }
        case UNMESHED -> {
          var sockets = reader.read(message.getUnmeshed());
          registry.note(this, instance, it -> it.with(sockets));
        }
        case PLAINTEXT -> {
          var callers = reader.read(message.getPlaintext());
          registry.note(this, instance, it -> it.with(callers));
        }
        case WITHDRAW -> withdraw(instance);
        // A heartbeat, or what a newer agent says: it is alive.
        default -> registry.update(this, instance, it -> it);
      }
    }

    private void withdraw(String instance) {
      withdrawn = true;
      CompletableFuture<Void> known =
          registry.withdraw(this, instance)
              ? departures.everybodyKnows(instance).toCompletableFuture()
              : CompletableFuture.completedFuture(null);
      // Late is answered as well, and ends the waiting: the process that stops has its own bound.
      known
          .orTimeout(WITHDRAWAL_BOUND.toMillis(), TimeUnit.MILLISECONDS)
          .whenComplete((any, late) -> send(WITHDRAWAL));
    }

    @Override
    public void refused(int port, String reason) {
      if (!reason.equals(told.put(port, reason))) {
        var refusal = Refused.newBuilder().setPort(port).setReason(reason);
        send(ControlMessage.newBuilder().setRefused(refusal).build());
      }
    }

    private void send(ControlMessage message) {
      synchronized (responses) {
        if (!finished && !responses.isCancelled()) {
          responses.onNext(message);
        }
      }
    }

    private void fail(String reason) {
      synchronized (responses) {
        if (!finished) {
          finished = true;
          responses.onError(Status.INVALID_ARGUMENT.withDescription(reason).asRuntimeException());
        }
      }
    }

    /** Cancelled, or its connection broken. */
    @Override
    public void onError(Throwable failure) {
      gone();
    }

    @Override
    public void onCompleted() {
      gone();
      synchronized (responses) {
        if (!finished) {
          finished = true;
          responses.onCompleted();
        }
      }
    }

    private void leave() {
      Registration mine = hello;
      hello = null;
      if (mine != null) {
        registry.withdraw(this, mine.instance());
      }
    }

    void gone() {
      Registration mine = hello;
      if (mine != null) {
        registry.lost(this, mine.instance(), heard);
      }
    }
  }
}
