package dev.weft.control.ca;

import dev.weft.control.ca.RootEntry.State;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The roots that we made ourselves, in a store: {@code root.pem} signs, {@code rotation.json} has
 * the others. The command line changes them while the service runs.
 *
 * <p>Which one signs is decided by {@code root.pem} alone, which is replaced at one blow. A change
 * of both files that was cut off leaves entries of the other that say of the one that signs what
 * cannot be: those count for nothing.
 */
final class OwnRoots implements SigningSource {

  static final String FILE = StateStore.ROOT;

  /** Without keys, to be given away: the bundle. */
  private static final String PUBLIC_FILE = "root-certificate.pem";

  private static final String OTHERS = "rotation.json";

  private final StateStore store;
  private final @Nullable StateFolder published;

  /**
   * @param published where the bundle is written besides, to be given away; null: nowhere
   */
  OwnRoots(StateStore store, @Nullable StateFolder published) {
    this.store = store;
    this.published = published;
  }

  /** Reads the root that signs, or makes it where there is none. */
  static Root open(StateStore store, @Nullable String trustDomain, InstantSource clock)
      throws IOException {
    return store.exclusively(
        () -> {
          Optional<String> there = store.read(FILE);
          if (there.isPresent()) {
            return Root.read(there.get(), store, FILE);
          }
          Root made =
              Root.make(trustDomain == null ? Authority.DEFAULT_TRUST_DOMAIN : trustDomain, clock);
          store.write(FILE, made.pem());
          return made;
        });
  }

  /** What the root that is there is for; null: there is none. */
  static @Nullable String trustDomain(StateStore store) throws IOException {
    Optional<String> there = store.read(FILE);
    return there.isEmpty() ? null : Root.read(there.get(), store, FILE).trustDomain();
  }

  Root active() throws IOException {
    Optional<String> there = store.read(FILE);
    if (there.isEmpty()) {
      throw new IOException(
          store.place(FILE) + " is gone (expected: the root's key and certificate)");
    }
    return Root.read(there.get(), store, FILE);
  }

  /** The others, as far as what is said of them can be. */
  List<RootEntry> others(X509Certificate active) throws IOException {
    return others().read().stream().filter(entry -> !entry.certificate().equals(active)).toList();
  }

  JsonFile<RootEntry> others() {
    return new JsonFile<>(store, OTHERS, new RootEntry.Form());
  }

  @Override
  public Signing read() throws IOException {
    Signing signing =
        store.exclusively(
            () -> {
              Root active = active();
              return signing(active, others(active.certificate()));
            });
    if (published != null) {
      publish(signing, published);
    }
    return signing;
  }

  private static void publish(Signing signing, StateFolder folder) throws IOException {
    StringBuilder bundle = new StringBuilder();
    signing.roots().forEach(root -> bundle.append(Pem.write(root)));
    folder.exclusively(
        () -> {
          if (!folder.read(PUBLIC_FILE).equals(Optional.of(bundle.toString()))) {
            folder.write(PUBLIC_FILE, bundle.toString());
          }
          return bundle;
        });
  }

  private static Signing signing(Root active, List<RootEntry> others) {
    List<X509Certificate> roots = new ArrayList<>(List.of(active.certificate()));
    List<X509Certificate> links = new ArrayList<>();
    List<X509Certificate> former = new ArrayList<>();
    for (RootEntry entry : others) {
      if (entry.state() != State.FORMER) {
        roots.add(entry.certificate());
      }
      if (entry.link() != null) {
        links.add(entry.link());
        former.add(entry.certificate());
      }
    }
    links.addAll(former);
    return new Signing(active.issuer(), List.of(), roots, links, rotation(others));
  }

  private static @Nullable String rotation(List<RootEntry> others) {
    for (RootEntry entry : others) {
      if (entry.state() == State.NEXT) {
        return "a new root is being distributed; from "
            + entry.safe()
            + " on: weftctl root activate";
      }
      if (entry.state() == State.PREVIOUS) {
        return "a new root signs, the one before is still believed; from "
            + entry.safe()
            + " on: weftctl root retire";
      }
    }
    return null;
  }

  @Override
  public Object stamp() throws IOException {
    return store.stamp(FILE, OTHERS);
  }

  @Override
  public String toString() {
    return store.place(FILE).toString();
  }
}
