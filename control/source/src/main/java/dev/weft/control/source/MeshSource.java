package dev.weft.control.source;

import dev.weft.control.config.Resolver;
import dev.weft.control.model.KeySource;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.ModelListener;
import dev.weft.control.model.ModelSource;
import dev.weft.control.model.TrustSource;
import dev.weft.control.model.WorkloadSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Composes configuration, workloads and roots into one model after another. Changes that come while
 * a model is being made are gathered into the next; a model that says nothing new is not announced.
 */
public final class MeshSource implements ModelSource, AutoCloseable {

  private static final System.Logger LOG = System.getLogger(MeshSource.class.getName());

  private final Resolver resolver;
  private final ConfigSource config;
  private final WorkloadSource workloads;
  private final TrustSource trust;
  private final KeySource keys;
  private final List<Registration> registrations = new ArrayList<>();
  private final List<Subscription> subscriptions;
  private final Semaphore due = new Semaphore(0);
  private final Thread thread;
  private volatile MeshModel current;

  /** By identity: the same listener may subscribe twice and leave once. */
  private static final class Registration {
    private final ModelListener listener;

    Registration(ModelListener listener) {
      this.listener = listener;
    }
  }

  private MeshSource(
      Resolver resolver,
      ConfigSource config,
      WorkloadSource workloads,
      TrustSource trust,
      KeySource keys) {
    this.trust = trust;
    this.keys = keys;
    this.resolver = resolver;
    this.config = config;
    this.workloads = workloads;
    this.thread = new Thread(this::follow, "weft-model");
    this.thread.setDaemon(true);
    this.subscriptions =
        List.of(
            config.onChange(due::release),
            workloads.onChange(due::release),
            trust.onChange(due::release),
            keys.onChange(due::release));
    this.current = resolve();
  }

  private MeshModel resolve() {
    return resolver.resolve(config.files(), workloads.workloads(), trust.trust(), keys.published());
  }

  /** The first model is complete when this returns. */
  public static MeshSource open(
      Resolver resolver, ConfigSource config, WorkloadSource workloads, TrustSource trust) {
    return open(resolver, config, workloads, trust, KeySource.NONE);
  }

  /** Likewise; keys that are not known by then come with a later one. */
  public static MeshSource open(
      Resolver resolver,
      ConfigSource config,
      WorkloadSource workloads,
      TrustSource trust,
      KeySource keys) {
    MeshSource source = new MeshSource(resolver, config, workloads, trust, keys);
    source.thread.start();
    return source;
  }

  @Override
  public MeshModel current() {
    return current;
  }

  @Override
  public Subscription subscribe(ModelListener listener) {
    Registration own = new Registration(listener);
    synchronized (registrations) {
      registrations.add(own);
      listener.updated(current);
    }
    return () -> {
      synchronized (registrations) {
        registrations.remove(own);
      }
    };
  }

  /** Ends the updates; {@link #current} stays. */
  @Override
  public void close() {
    subscriptions.forEach(Subscription::close);
    thread.interrupt();
  }

  private void follow() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        due.acquire();
        due.drainPermits();
        update();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void update() {
    try {
      MeshModel next = resolve();
      if (!next.saysTheSameAs(current)) {
        announce(next);
      }
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "no model could be made; the last one stays in force", e);
    }
  }

  private void announce(MeshModel next) {
    synchronized (registrations) {
      current = next;
      for (Registration registration : List.copyOf(registrations)) {
        try {
          registration.listener.updated(next);
        } catch (RuntimeException e) {
          LOG.log(System.Logger.Level.ERROR, "a listener failed; the others are told", e);
        }
      }
    }
  }
}
