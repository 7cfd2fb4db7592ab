package dev.weft.runtime;

import dev.weft.engine.ConfigSource;
import dev.weft.engine.Listeners;
import dev.weft.xds.ControlClient;
import dev.weft.xds.Library;
import dev.weft.xds.PlaintextCallers;
import dev.weft.xds.UnmeshedSocket;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The engine's line to the control service, there before the client is: that needs to know the
 * workload's address, which may take a name service to answer. What is said meanwhile is kept.
 */
final class ControlLine implements ConfigSource, Listeners {

  private final Later<ControlClient> client = new Later<>();
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private volatile boolean listened;
  private volatile boolean toldUnmeshed;

  /** The client is there. Called once. */
  void attach(ControlClient made) {
    client.arrive(made);
    made.ready().thenRun(() -> ready.complete(null));
  }

  /** Null until it is there. */
  @Nullable ControlClient client() {
    return client.get();
  }

  @Override
  public CompletionStage<Void> subscribe(String authority) {
    CompletableFuture<Void> arrival = new CompletableFuture<>();
    client.tell(to -> to.subscribe(authority).thenRun(() -> arrival.complete(null)));
    return arrival;
  }

  @Override
  public CompletionStage<Void> ready() {
    return ready;
  }

  @Override
  public void listening(InetSocketAddress local, String library) {
    if (local.getAddress() != null && local.getPort() > 0) {
      listened = true;
      client.tell(to -> to.listening(local, library));
    }
  }

  @Override
  public void closed(InetSocketAddress local) {
    client.tell(to -> to.closed(local.getPort()));
  }

  void coverage(List<Library> libraries) {
    client.tell(to -> to.coverage(libraries));
  }

  void unmeshed(List<UnmeshedSocket> sockets, long leftOff) {
    if (!sockets.isEmpty() || leftOff > 0 || toldUnmeshed) {
      toldUnmeshed = true;
      client.tell(to -> to.unmeshed(sockets, leftOff));
    }
  }

  void plaintext(PlaintextCallers callers) {
    client.tell(to -> to.plaintext(callers));
  }

  /** Whether the application ever listened: only then there is something to withdraw. */
  boolean listened() {
    return listened;
  }
}
