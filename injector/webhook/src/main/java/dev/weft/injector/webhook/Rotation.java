package dev.weft.injector.webhook;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the webhook's certificate fresh: makes it, has the API server believe it, shows it, and
 * replaces it when half of its life is over. Every replica takes the same steps, by what the store
 * says; of two that take one at once, one sees that the other was quicker.
 */
final class Rotation {

  private final CertificateStore store;
  private final Publisher publisher;
  private final Consumer<ServingCertificate> shown;
  private final InstantSource clock;
  private final Terms terms;
  private @Nullable ServingCertificate showing;
  private volatile @Nullable Instant expires;

  /**
   * @param names of the server
   * @param life of a certificate
   * @param settling how long a new one is believed before it is shown: longer than all API servers
   *     take to hear of it
   */
  record Terms(List<String> names, Duration life, Duration settling) {}

  /** Tells the API server what to believe. */
  interface Publisher {
    /** Whether it believes it when this returns. */
    void publish(String bundle) throws IOException;
  }

  Rotation(
      CertificateStore store,
      Publisher publisher,
      Consumer<ServingCertificate> shown,
      Terms terms,
      InstantSource clock) {
    this.store = store;
    this.publisher = publisher;
    this.shown = shown;
    this.terms = terms;
    this.clock = clock;
  }

  /** When what is shown expires; null: nothing is shown yet. */
  @Nullable Instant expires() {
    return expires;
  }

  /**
   * Takes what steps can be taken now.
   *
   * @throws IOException something cannot be read or written; what is shown stays
   */
  void step() throws IOException {
    Optional<CertificateStore.Versioned> there = store.read();
    if (there.isEmpty()) {
      store.create(CertificateState.first(make()));
      there = store.read();
    }
    if (there.isEmpty()) {
      throw new IOException(store + " is gone again (expected: it stays)");
    }
    CertificateStore.Versioned now = advanced(there.get());
    publisher.publish(now.state().bundle());
    now = published(now);
    show(now.state());
  }

  private CertificateStore.Versioned advanced(CertificateStore.Versioned now) throws IOException {
    CertificateState state = now.state();
    Instant time = clock.instant();
    if (state.hasExpired(time)) {
      return changed(now, CertificateState.first(make())); // nobody believes it any more
    }
    if (state.isSettled(time, terms.settling())) {
      return changed(now, state.promoted());
    }
    return state.isDue(time) ? changed(now, state.withNext(make())) : now;
  }

  private CertificateStore.Versioned published(CertificateStore.Versioned now) throws IOException {
    CertificateState state = now.state();
    return state.next() != null && state.published() == null
        ? changed(now, state.publishedAt(clock.instant()))
        : now;
  }

  private CertificateStore.Versioned changed(
      CertificateStore.Versioned before, CertificateState state) throws IOException {
    store.replace(before, state); // or somebody else has: what counts is what is there then
    return store.read().orElseThrow(() -> new IOException(store + " is gone (expected: it stays)"));
  }

  private void show(CertificateState state) throws IOException {
    if (!state.current().equals(showing)) {
      shown.accept(state.current());
      showing = state.current();
      expires = state.end();
    }
  }

  private ServingCertificate make() {
    return ServingCertificate.make(terms.names(), clock.instant(), terms.life());
  }
}
