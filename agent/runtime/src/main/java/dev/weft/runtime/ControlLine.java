package dev.weft.runtime;

import dev.weft.engine.ConfigSource;
import dev.weft.engine.Listeners;
import dev.weft.xds.ControlClient;
import dev.weft.xds.Library;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The engine's line to the control service, there before the client is: that needs to know the
 * workload's address, which may take a name service to answer. What is said meanwhile is kept.
 */
final class ControlLine implements ConfigSource, Listeners {

  // Guarded by this.
  private @Nullable ControlClient client;
  private final List<Consumer<ControlClient>> kept = new ArrayList<>();

  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private volatile boolean listened;

  /** The client is there. Called once. */
  void attach(ControlClient made) {
    synchronized (this) {
      kept.forEach(words -> words.accept(made));
      kept.clear();
      client = made;
    }
    made.ready().thenRun(() -> ready.complete(null));
  }

  /** Null until it is there. */
  synchronized @Nullable ControlClient client() {
    return client;
  }

  private synchronized void say(Consumer<ControlClient> words) {
    if (client == null) {
      kept.add(words);
    } else {
      words.accept(client);
    }
  }

  @Override
  public CompletionStage<Void> subscribe(String authority) {
    CompletableFuture<Void> arrival = new CompletableFuture<>();
    say(to -> to.subscribe(authority).thenRun(() -> arrival.complete(null)));
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
      say(to -> to.listening(local, library));
    }
  }

  @Override
  public void closed(InetSocketAddress local) {
    say(to -> to.closed(local.getPort()));
  }

  void coverage(List<Library> libraries) {
    say(to -> to.coverage(libraries));
  }

  /** Whether the application ever listened: only then there is something to withdraw. */
  boolean listened() {
    return listened;
  }
}
