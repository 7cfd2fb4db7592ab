package dev.weft.xds.workload;

import dev.weft.xds.http2.Call;
import dev.weft.xds.http2.CallListener;
import dev.weft.xds.http2.GrpcStatus;
import dev.weft.xds.http2.Http2Connection;
import dev.weft.xds.http2.Loop;
import dev.weft.xds.proto.AgentMessage;
import dev.weft.xds.proto.Closed;
import dev.weft.xds.proto.ControlMessage;
import dev.weft.xds.proto.Coverage;
import dev.weft.xds.proto.CoverageLibrary;
import dev.weft.xds.proto.Heartbeat;
import dev.weft.xds.proto.Hello;
import dev.weft.xds.proto.Listening;
import dev.weft.xds.proto.Plaintext;
import dev.weft.xds.proto.Unmeshed;
import dev.weft.xds.proto.Withdraw;
import dev.weft.xds.wire.IgnoredFields;
import dev.weft.xds.wire.InvalidMessageException;
import dev.weft.xds.wire.WireReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Says who we are and where we listen, over one connection after another, and keeps the lease that
 * the control service grants.
 */
public final class Registration {

  private static final String METHOD = "weft.control.v1.WorkloadService/Connect";

  private final Loop loop;
  private final RegistrationListener listener;
  private final Supplier<Hello> hello;
  private final Supplier<Duration> backoff;
  private final Map<Integer, Listening> ports = new LinkedHashMap<>();
  private List<CoverageLibrary> libraries = List.of();
  private @Nullable Unmeshed unmeshed;
  private @Nullable Plaintext plaintext;
  private @Nullable Http2Connection connection;
  private @Nullable Call call;
  private @Nullable CompletableFuture<Void> withdrawal;
  private Runnable nextBeat = () -> {};

  /**
   * @param hello what never changes of this workload, as a new message each time
   * @param backoff how long to wait before the stream is opened again
   */
  public Registration(
      Loop loop, RegistrationListener listener, Supplier<Hello> hello, Supplier<Duration> backoff) {
    this.loop = loop;
    this.listener = listener;
    this.hello = hello;
    this.backoff = backoff;
  }

  /** Registers over this connection. */
  public void start(Http2Connection over) {
    connection = over;
    open();
  }

  private void open() {
    Http2Connection over = connection;
    if (over == null || withdrawal != null) {
      return;
    }
    call = over.call(METHOD, new Stream());
    send(new AgentMessage().hello(hello.get().listening(new ArrayList<>(ports.values()))));
    if (!libraries.isEmpty()) {
      send(new AgentMessage().coverage(new Coverage().libraries(libraries)));
    }
    if (unmeshed != null) {
      send(new AgentMessage().unmeshed(unmeshed));
    }
    if (plaintext != null) {
      send(new AgentMessage().plaintext(plaintext));
    }
  }

  /** The connection is gone. */
  public void stop() {
    connection = null;
    ended();
  }

  private void ended() {
    call = null;
    nextBeat.run();
    if (withdrawal != null) {
      withdrawal.complete(null); // with the stream, all that could be done is done
    }
  }

  private void send(AgentMessage message) {
    if (call != null) {
      call.send(message.toByteArray());
    }
  }

  /** The application listens on this port. */
  public void listening(int port, String bound, String library) {
    Listening now = new Listening().port(port).bound(bound).library(library);
    ports.put(port, now);
    send(new AgentMessage().listening(now));
  }

  /** It no longer does. */
  public void closed(int port) {
    if (ports.remove(port) != null) {
      send(new AgentMessage().closed(new Closed().port(port)));
    }
  }

  /** Which libraries were woven; replaces what was said before. */
  public void coverage(List<CoverageLibrary> woven) {
    libraries = List.copyOf(woven);
    send(new AgentMessage().coverage(new Coverage().libraries(libraries)));
  }

  /** Which sockets the mesh does not carry; replaces what was said before. */
  public void unmeshed(Unmeshed sockets) {
    unmeshed = sockets;
    send(new AgentMessage().unmeshed(sockets));
  }

  /** Who has called in plaintext; replaces what was said before. */
  public void plaintext(Plaintext callers) {
    plaintext = callers;
    send(new AgentMessage().plaintext(callers));
  }

  /**
   * Takes the workload out of every service, for good.
   *
   * @param done completes when the control service has told everyone, or cannot be reached
   */
  public void withdraw(CompletableFuture<Void> done) {
    if (withdrawal != null) {
      withdrawal.whenComplete((nothing, failure) -> done.complete(null));
      return;
    }
    withdrawal = done;
    if (call == null) {
      done.complete(null);
    } else {
      send(new AgentMessage().withdraw(new Withdraw()));
    }
  }

  private final class Stream implements CallListener {

    @Override
    public void message(byte[] bytes) {
      try {
        take(ControlMessage.parse(new WireReader(bytes, IgnoredFields.UNHEARD)));
      } catch (InvalidMessageException e) {
        listener.ended("not a message of the workload service: " + e.getMessage());
        retry();
      }
    }

    @Override
    public void closed(GrpcStatus status) {
      if (connection == null) {
        return; // the connection's own end is told elsewhere
      }
      listener.ended(status.toString());
      if (status.code() == GrpcStatus.UNIMPLEMENTED) {
        ended();
      } else {
        retry();
      }
    }
  }

  private void retry() {
    Call broken = call;
    ended();
    if (broken != null) {
      broken.cancel();
    }
    Http2Connection over = connection;
    loop.after(
        backoff.get(),
        () -> {
          if (connection == over && call == null) {
            open();
          }
        });
  }

  private void take(ControlMessage message) {
    if (message.lease() != null) {
      listener.registered();
      beatWithin(message.lease().seconds());
    } else if (message.refused() != null) {
      listener.refused((int) message.refused().port(), message.refused().reason());
    } else if (message.withdrawn() != null && withdrawal != null) {
      withdrawal.complete(null);
    }
  }

  private void beatWithin(long leaseSeconds) {
    nextBeat.run();
    Duration third = Duration.ofMillis(Math.max(1, Math.min(leaseSeconds, 3600)) * 1000 / 3);
    nextBeat =
        loop.after(
            third,
            () -> {
              send(new AgentMessage().heartbeat(new Heartbeat()));
              beatWithin(leaseSeconds);
            });
  }
}
