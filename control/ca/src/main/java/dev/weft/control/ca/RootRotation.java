package dev.weft.control.ca;

import dev.weft.control.ca.RootEntry.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Replaces the mesh's root, in the order in which nobody is refused: a new one is {@linkplain
 * #rotate made} and distributed, then it {@linkplain #activate signs}, then the old one is
 * {@linkplain #retire retired}. Each step waits until no certificate is in use any more that rests
 * on the one before. May be done while the control service runs on the same directory, which heeds
 * it within a second.
 *
 * <p>Tokens that name a root which was retired in time are good for as long as they say: the
 * control service shows them a link from that root to the one that followed it.
 */
public final class RootRotation {

  /** A running service signs with what it knew for as long as it has not looked again. */
  private static final Duration UNTIL_HEEDED = Duration.ofSeconds(5);

  /** How many retired roots tokens are good for; agents read chains of at most ten. */
  private static final int FORMER = 3;

  private final StateStore store;
  private final OwnRoots roots;
  private final InstantSource clock;

  private RootRotation(StateStore store, InstantSource clock) {
    this.store = store;
    this.roots = new OwnRoots(store, null);
    this.clock = clock;
  }

  /**
   * Opens a state directory that has a root.
   *
   * @throws IOException there is none, or it cannot be used
   */
  public static RootRotation open(Path state, InstantSource clock) throws IOException {
    if (!Files.exists(state.resolve("ca"))) {
      throw new IOException(
          state + " has no root (expected: the state directory of a control service)");
    }
    StateFolder folder = StateFolder.open(state);
    PluggedState.requireNone(folder);
    SharedRoots.requireNone(folder);
    return open(folder, clock);
  }

  /**
   * Opens a place that has a root.
   *
   * @throws IOException there is none, or it cannot be used
   */
  public static RootRotation open(StateStore store, InstantSource clock) throws IOException {
    RootRotation rotation = new RootRotation(store, clock);
    rotation.roots.active();
    return rotation;
  }

  /** What a root does. */
  public enum Role {
    SIGNS,
    /** Believed, and about to sign. */
    NEXT,
    /** Believed, and has signed before. */
    PREVIOUS,
    /** Believed no more; tokens that name it are good still. */
    FORMER
  }

  /**
   * One root.
   *
   * @param digest as join tokens have it
   * @param step when the next step of the rotation may be taken; null: none depends on this root
   */
  public record Listed(
      Role role, String digest, Instant expires, @org.jspecify.annotations.Nullable Instant step) {}

  /** All roots, the one that signs first. */
  public List<Listed> list() throws IOException {
    return store.exclusively(
        () -> {
          X509Certificate active = roots.active().certificate();
          List<Listed> all = new ArrayList<>();
          all.add(listed(Role.SIGNS, active, null));
          for (RootEntry entry : roots.others(active)) {
            boolean former = entry.state() == State.FORMER;
            all.add(
                listed(
                    Role.valueOf(entry.state().name()),
                    entry.certificate(),
                    former ? null : entry.safe()));
          }
          return all;
        });
  }

  private static Listed listed(
      Role role, X509Certificate certificate, @org.jspecify.annotations.Nullable Instant step) {
    return new Listed(
        role, Certificates.digest(certificate), certificate.getNotAfter().toInstant(), step);
  }

  /**
   * Makes a new root, which is believed from now on and signs nothing yet.
   *
   * @return when it may sign: whoever has a certificate then has got it with the new root
   * @throws IllegalStateException another rotation is not over; says what to do
   */
  public Instant rotate() throws IOException {
    return store.exclusively(
        () -> {
          Root active = roots.active();
          List<RootEntry> others = new ArrayList<>(roots.others(active.certificate()));
          for (RootEntry entry : others) {
            if (entry.state() != State.FORMER) {
              throw new IllegalStateException(
                  entry.state() == State.NEXT
                      ? "a new root is being distributed already (expected: 'weftctl root"
                          + " activate', from "
                          + entry.safe()
                          + " on)"
                      : "the root before is still believed (expected: 'weftctl root retire', from "
                          + entry.safe()
                          + " on)");
            }
          }
          Instant safe = safe();
          Root made = Root.make(active.trustDomain(), clock);
          others.add(
              0, new RootEntry(State.NEXT, made.certificate(), clock.instant(), safe, made, null));
          roots.others().write(others);
          return safe;
        });
  }

  /** When nothing is in use any more that was issued until now. */
  private Instant safe() throws IOException {
    Instant horizon = Horizon.read(store);
    Instant now = clock.instant();
    return (horizon.isBefore(now) ? now : horizon).plus(UNTIL_HEEDED);
  }

  /**
   * The new root signs from now on.
   *
   * @param how whether to wait until everybody believes it
   * @return when the old one may be retired
   * @throws IllegalStateException it is too early, or there is no new root; says what to do
   */
  public Instant activate(Haste how) throws IOException {
    return store.exclusively(
        () -> {
          Root active = roots.active();
          List<RootEntry> others = new ArrayList<>(roots.others(active.certificate()));
          RootEntry next = only(State.NEXT, others, "'weftctl root rotate' makes one");
          Root root = next.root();
          if (root == null) {
            throw new IOException("the new root has no key (expected: in rotation.json)");
          }
          requireDue(next, how, "signs, whoever has an older certificate may not know it");
          Instant safe = safe();
          others.add(
              0,
              new RootEntry(
                  State.PREVIOUS,
                  active.certificate(),
                  clock.instant(),
                  safe,
                  null,
                  link(active, root)));
          roots.others().write(others);
          store.write(OwnRoots.FILE, root.pem());
          others.remove(next);
          roots.others().write(others);
          return safe;
        });
  }

  private static X509Certificate link(Root from, Root to) throws IOException {
    try {
      return from.issuer().link(to.certificate());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("signing with a key that was checked", e);
    }
  }

  /**
   * The root before is believed no more.
   *
   * @param how whether to wait until nothing rests on it any more; {@link Haste#NOW} also makes
   *     tokens that name it worth nothing
   * @throws IllegalStateException it is too early, or there is none; says what to do
   */
  public void retire(Haste how) throws IOException {
    store.exclusively(
        () -> {
          List<RootEntry> others = new ArrayList<>(roots.others(roots.active().certificate()));
          RootEntry previous = only(State.PREVIOUS, others, "'weftctl root list' shows which are");
          requireDue(previous, how, "is retired, certificates that it has signed may be in use");
          int at = others.indexOf(previous);
          if (how == Haste.NOW) {
            // Whoever has its key could pass for the control service, to the bearers of tokens.
            others.removeIf(entry -> entry.state() != State.NEXT);
          } else {
            others.set(
                at,
                new RootEntry(
                    State.FORMER,
                    previous.certificate(),
                    clock.instant(),
                    previous.safe(),
                    null,
                    previous.link()));
          }
          while (others.stream().filter(it -> it.state() == State.FORMER).count() > FORMER) {
            others.remove(others.size() - 1);
          }
          roots.others().write(others);
          return others;
        });
  }

  /** Whether a step waits until it harms nobody. */
  public enum Haste {
    WHEN_SAFE,
    /** For a root whose key is in the hands of others. */
    NOW
  }

  private static RootEntry only(State state, List<RootEntry> all, String hint) {
    return all.stream()
        .filter(entry -> entry.state() == state)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    state == State.NEXT
                        ? "there is no new root (expected: one; " + hint + ")"
                        : "no root before is believed (expected: one; " + hint + ")"));
  }

  private void requireDue(RootEntry entry, Haste how, String consequence) {
    Instant now = clock.instant();
    if (how == Haste.WHEN_SAFE && now.isBefore(entry.safe())) {
      throw new IllegalStateException(
          "too early: if this root "
              + consequence
              + " (expected: not before "
              + entry.safe()
              + ", in "
              + Duration.between(now, entry.safe()).toSeconds()
              + " s; --now does it all the same, and cuts them off)");
    }
  }
}
