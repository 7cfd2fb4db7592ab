package dev.weft.control.source.keys;

import dev.weft.control.config.keys.Discovery;
import dev.weft.control.config.keys.KeySet;
import dev.weft.control.model.KeyPlace;
import dev.weft.control.model.KeySource;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.ModelListener;
import dev.weft.control.model.ModelSource;
import dev.weft.control.model.TokenKey;
import dev.weft.control.model.TokenRule;
import dev.weft.control.source.Listeners;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Fetches the keys that the model asks for, and again from time to time. A fetch that fails leaves
 * the last keys as they are and is repeated sooner; where there never were any, there are none:
 * never keys that nobody has published.
 */
public final class IssuerKeys implements KeySource, ModelListener, AutoCloseable {

  private static final System.Logger LOG = System.getLogger(IssuerKeys.class.getName());
  private static final int THREADS = 4;
  private static final long FIRST_RETRY_MILLIS = 1000;
  private static final long LAST_RETRY_MILLIS = 60_000;

  private final Fetcher fetcher;
  private final Duration refresh;
  private final ScheduledThreadPoolExecutor threads;
  private final Listeners listeners = new Listeners();
  private final Map<KeyPlace, State> states = new HashMap<>(); // guarded by itself

  /** Of one place. Guarded by {@link #states}. */
  private static final class State {
    private @Nullable Published published;
    private long retry = FIRST_RETRY_MILLIS;
  }

  public IssuerKeys(FetchRules rules) {
    this(rules, InetAddress::getAllByName);
  }

  IssuerKeys(FetchRules rules, Fetcher.Resolver resolver) {
    this.fetcher = new Fetcher(rules, resolver);
    this.refresh = rules.refresh();
    this.threads =
        new ScheduledThreadPoolExecutor(
            THREADS,
            task -> {
              Thread named = new Thread(task, "weft-keys");
              named.setDaemon(true);
              return named;
            });
  }

  @Override
  public void updated(MeshModel model) {
    Set<KeyPlace> wanted =
        model.requestAuthentication().stream()
            .flatMap(policy -> policy.rules().stream())
            .map(TokenRule::keyPlace)
            .filter(Objects::nonNull)
            .collect(Collectors.toSet());
    synchronized (states) {
      states.keySet().retainAll(wanted);
      for (KeyPlace place : wanted) {
        if (!states.containsKey(place)) {
          State state = new State();
          states.put(place, state);
          schedule(place, state, 0);
        }
      }
    }
  }

  /** Waits until every place was looked at once, with or without success, or time is up. */
  public void awaitFirst(Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    synchronized (states) {
      while (states.values().stream().anyMatch(state -> state.published == null)) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
          return;
        }
        states.wait(left);
      }
    }
  }

  @Override
  public Map<KeyPlace, Published> published() {
    Map<KeyPlace, Published> published = new HashMap<>();
    synchronized (states) {
      states.forEach(
          (place, state) -> {
            if (state.published != null) {
              published.put(place, state.published);
            }
          });
    }
    return published;
  }

  @Override
  public ModelSource.Subscription onChange(Runnable changed) {
    return listeners.add(changed);
  }

  private void schedule(KeyPlace place, State state, long millis) {
    try {
      threads.schedule(() -> look(place, state), millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.log(System.Logger.Level.DEBUG, "closed; " + place.url() + " is not fetched again", e);
    }
  }

  private void look(KeyPlace place, State state) {
    if (!isWanted(place, state)) {
      return;
    }
    List<TokenKey> keys = List.of();
    String problem = null;
    try {
      keys = fetch(place);
    } catch (IOException | RuntimeException e) {
      problem = String.valueOf(e.getMessage());
      LOG.log(System.Logger.Level.DEBUG, "fetching " + place.url(), e);
    }
    if (found(place, state, keys, problem)) {
      listeners.changed();
    }
  }

  private boolean isWanted(KeyPlace place, State state) {
    synchronized (states) {
      return states.get(place) == state;
    }
  }

  /** Whether that is news. */
  private boolean found(
      KeyPlace place, State state, List<TokenKey> keys, @Nullable String problem) {
    synchronized (states) {
      if (states.get(place) != state) {
        return false;
      }
      Published before = state.published;
      List<TokenKey> last = before == null ? List.of() : before.keys();
      state.published = new Published(problem == null ? keys : last, problem);
      states.notifyAll();
      long pause = refresh.toMillis();
      if (problem != null) {
        pause = Math.min(state.retry, pause);
        state.retry = Math.min(2 * state.retry, LAST_RETRY_MILLIS);
      } else {
        state.retry = FIRST_RETRY_MILLIS;
      }
      schedule(place, state, pause);
      return !state.published.equals(before);
    }
  }

  private List<TokenKey> fetch(KeyPlace place) throws IOException {
    String url = place.url();
    if (place.discovers()) {
      String document = fetcher.fetch(Discovery.url(url), place.timeout());
      url = Discovery.keys(document, place.url());
    }
    return KeySet.parse(fetcher.fetch(url, place.timeout())).keys();
  }

  /** The longest that one attempt at any place may take. */
  public Duration patience() {
    synchronized (states) {
      return new HashSet<>(states.keySet())
          .stream()
              .map(place -> place.timeout().multipliedBy(place.discovers() ? 2 : 1))
              .max(Duration::compareTo)
              .orElse(Duration.ZERO);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
