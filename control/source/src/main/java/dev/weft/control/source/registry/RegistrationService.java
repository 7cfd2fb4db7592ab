package dev.weft.control.source.registry;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.control.api.v1.AgentMessage;
import dev.weft.control.api.v1.ControlMessage;
import dev.weft.control.api.v1.Refused;
import dev.weft.control.api.v1.Withdrawn;
import dev.weft.control.api.v1.WorkloadServiceGrpc.WorkloadServiceImplBase;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** {@code weft.control.v1.WorkloadService}: one stream per agent, into the registry. */
public final class RegistrationService extends WorkloadServiceImplBase {

  /** A process that stops does not wait longer than this for others to hear of it. */
  private static final Duration WITHDRAWAL = Duration.ofSeconds(2);

  private final WorkloadRegistry registry;
  private final LeaseTimes times;
  private final Departures departures;
  private final LongSupplier nanoTime;

  public RegistrationService(WorkloadRegistry registry, LeaseTimes times, Departures departures) {
    this.registry = registry;
    this.times = times;
    this.departures = departures;
    this.nanoTime = System::nanoTime;
  }

  /** This service, knowing where its calls come from. */
  public ServerServiceDefinition intercepted() {
    return ServerInterceptors.intercept(this, new CallOrigin());
  }

  @Override
  public StreamObserver<AgentMessage> connect(StreamObserver<ControlMessage> responses) {
    Agent agent =
        new Agent(
            (ServerCallStreamObserver<ControlMessage>) responses,
            new RegistrationReader(CallOrigin.isThisHost()));
    agent.responses.setOnCancelHandler(agent::gone);
    return agent;
  }

  /** One agent's stream. */
  private final class Agent implements StreamObserver<AgentMessage>, Session {

    private final ServerCallStreamObserver<ControlMessage> responses;
    private final RegistrationReader reader;

    /** Refusals that it knows, by port. */
    private final Map<Integer, String> told = new ConcurrentHashMap<>();

    /** As it said hello; null before that. Only gRPC's thread of this call comes here. */
    private @Nullable Registration hello;

    private volatile boolean withdrawn;
    private volatile long heard = nanoTime.getAsLong();

    @GuardedBy("responses") private boolean finished;

    Agent(ServerCallStreamObserver<ControlMessage> responses, RegistrationReader reader) {
      this.responses = responses;
      this.reader = reader;
    }

    @Override
    public void onNext(AgentMessage message) {
      heard = nanoTime.getAsLong();
      try {
        received(message);
      } catch (RefusedException e) {
        refused(message.hasListening() ? message.getListening().getPort() : 0, e.reason());
      }
    }

    private void received(AgentMessage message) throws RefusedException {
      Registration mine = hello;
      if (message.hasHello()) {
        greeted(reader.read(message.getHello()));
      } else if (mine == null) {
        fail("the first message is " + message.getMessageCase() + " (expected: HELLO)");
      } else if (!withdrawn) {
        // After a withdrawal, a port that closes while the process stops changes nothing.
        changed(mine, message);
      }
    }

    private void greeted(Registration registration) {
      hello = registration;
      withdrawn = false;
      told.clear();
      registry.register(this, registration);
      var lease = dev.weft.control.api.v1.Lease.newBuilder();
      lease.setSeconds(Math.toIntExact(times.lease().toSeconds()));
      send(ControlMessage.newBuilder().setLease(lease).build());
    }

    private void changed(Registration mine, AgentMessage message) throws RefusedException {
      String instance = mine.instance();
      switch (message.getMessageCase()) {
        case LISTENING -> {
          RegisteredPort port = reader.read(message.getListening(), mine);
          registry.update(this, instance, it -> it.with(port));
        }
        case CLOSED -> {
          int port = message.getClosed().getPort();
          told.remove(port);
          registry.update(this, instance, it -> it.without(port));
        }
        case COVERAGE -> {
          var libraries = reader.read(message.getCoverage());
          registry.update(this, instance, it -> it.with(libraries));
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
      ControlMessage withdrawal =
          ControlMessage.newBuilder().setWithdrawn(Withdrawn.getDefaultInstance()).build();
      // Late is answered as well: the process that stops has its own bound.
      known
          .copy()
          .orTimeout(WITHDRAWAL.toMillis(), TimeUnit.MILLISECONDS)
          .whenComplete((any, late) -> send(withdrawal));
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

    void gone() {
      Registration mine = hello;
      if (mine != null) {
        registry.lost(this, mine.instance(), heard);
      }
    }
  }
}
