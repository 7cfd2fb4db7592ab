package dev.weft.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** Configuration that arrives when the test says so. */
final class ScriptedSource implements ConfigSource {

  final CompletableFuture<Void> ready = new CompletableFuture<>();
  final List<String> subscribed = new ArrayList<>();
  private final Map<String, CompletableFuture<Void>> arrivals = new ConcurrentHashMap<>();

  @Override
  public CompletionStage<Void> subscribe(String authority) {
    subscribed.add(authority);
    return arrival(authority);
  }

  CompletableFuture<Void> arrival(String authority) {
    return arrivals.computeIfAbsent(authority, a -> new CompletableFuture<>());
  }

  @Override
  public CompletionStage<Void> ready() {
    return ready;
  }
}
