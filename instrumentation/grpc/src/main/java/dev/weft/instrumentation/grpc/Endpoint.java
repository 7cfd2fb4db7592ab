package dev.weft.instrumentation.grpc;

import io.grpc.ConnectivityState;
import io.grpc.ConnectivityStateInfo;
import io.grpc.EquivalentAddressGroup;
import io.grpc.LoadBalancer.CreateSubchannelArgs;
import io.grpc.LoadBalancer.PickResult;
import io.grpc.LoadBalancer.Subchannel;
import io.grpc.Status;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One connection to one endpoint, from its first use to its end: waits, then is ready or failed,
 * and is forgotten when it closes. Never used again after that; a stream that was bound to it gets
 * another one. Picked by any thread, changed in the synchronization context only.
 */
final class Endpoint {

  private final PinnedBalancer balancer;
  private final InetSocketAddress address;
  private final AtomicBoolean claimed = new AtomicBoolean();

  private @Nullable Subchannel subchannel;
  private volatile PickResult result = PickResult.withNoResult();
  private volatile boolean forgotten;
  private volatile long used = System.nanoTime();

  Endpoint(PinnedBalancer balancer, InetSocketAddress address) {
    this.balancer = balancer;
    this.address = address;
  }

  InetSocketAddress address() {
    return address;
  }

  /** True for the one caller that must see to {@link #connect}. */
  boolean claim() {
    return !claimed.get() && claimed.compareAndSet(false, true);
  }

  boolean isForgotten() {
    return forgotten;
  }

  /** When it was last picked, in {@link System#nanoTime}. */
  long used() {
    return used;
  }

  PickResult pick(Pin pin) {
    PickResult current = result;
    if (current.getSubchannel() != null) {
      used = System.nanoTime();
    } else if (!current.getStatus().isOk()) {
      pin.unreachable();
    }
    return current;
  }

  void connect() {
    if (balancer.isShutdown()) {
      forget();
    } else if (!address.isUnresolved()) {
      open(List.of(address));
    } else {
      Executor offload = balancer.helper().getNameResolverArgs().getOffloadExecutor();
      if (offload == null) {
        failed(Status.INTERNAL.withDescription("mesh: no executor to look up " + address));
      } else {
        offload.execute(this::lookUp);
      }
    }
  }

  /** Blocks, so it runs on the executor that the channel's own resolver would use. */
  private void lookUp() {
    List<SocketAddress> addresses = new ArrayList<>();
    Status failure;
    try {
      for (InetAddress found : InetAddress.getAllByName(address.getHostString())) {
        addresses.add(new InetSocketAddress(found, address.getPort()));
      }
      failure = Status.OK;
    } catch (UnknownHostException e) {
      failure =
          Status.UNAVAILABLE
              .withDescription("Unable to resolve host " + address.getHostString())
              .withCause(e);
    }
    Status outcome = failure;
    balancer
        .helper()
        .getSynchronizationContext()
        .execute(
            () -> {
              if (outcome.isOk()) {
                open(addresses);
              } else {
                failed(outcome);
              }
            });
  }

  private void open(List<SocketAddress> addresses) {
    if (balancer.isShutdown()) {
      forget();
      return;
    }
    Subchannel made =
        balancer
            .helper()
            .createSubchannel(
                CreateSubchannelArgs.newBuilder()
                    .setAddresses(new EquivalentAddressGroup(addresses))
                    .build());
    subchannel = made;
    balancer.scheduleSweep();
    made.start(state -> changed(made, state));
    made.requestConnection();
  }

  private void changed(Subchannel changed, ConnectivityStateInfo state) {
    if (forgotten) {
      return;
    }
    if (state.getState() == ConnectivityState.READY) {
      result = PickResult.withSubchannel(changed);
      used = System.nanoTime();
      balancer.publish();
    } else if (state.getState() == ConnectivityState.TRANSIENT_FAILURE) {
      failed(state.getStatus());
    } else if (state.getState() == ConnectivityState.IDLE && result.getSubchannel() != null) {
      forget();
      balancer.publish();
    }
  }

  /** The streams that wait here fail; those to come begin with another connection. */
  private void failed(Status status) {
    result = PickResult.withError(status);
    balancer.remove(this);
    balancer.publish();
    close();
  }

  /** Streams that are open stay open; those that wait here go to another connection. */
  void forget() {
    forgotten = true;
    balancer.remove(this);
    close();
  }

  private void close() {
    if (subchannel != null) {
      balancer.close(subchannel);
      subchannel = null;
    }
  }
}
