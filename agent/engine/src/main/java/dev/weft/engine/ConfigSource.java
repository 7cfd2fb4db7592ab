package dev.weft.engine;

import java.util.concurrent.CompletionStage;

/**
 * Where the engine asks for configuration that it lacks. Never blocks. What it promises to have
 * arrived is in force already: {@link Engine#update} comes first.
 */
public interface ConfigSource {

  /**
   * Wants the routes of this authority from now on; idempotent and cheap when already wanted.
   *
   * @param authority lower case, with port
   * @return completes, on a thread that may run the application's library code, when the snapshot
   *     holds the authority's routes, or when it is known that there are none. Never exceptionally
   */
  CompletionStage<Void> subscribe(String authority);

  /** Completes when the first host table is in the snapshot. Never exceptionally. */
  CompletionStage<Void> ready();
}
