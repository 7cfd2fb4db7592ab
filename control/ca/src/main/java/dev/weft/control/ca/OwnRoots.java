package dev.weft.control.ca;

import dev.weft.control.ca.RootEntry.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The roots that we made ourselves: {@code root.pem} signs, {@code rotation.json} has the others.
 * The command line changes them while the service runs.
 *
 * <p>Which one signs is decided by {@code root.pem} alone, which is replaced at one blow. A change
 * of both files that was cut off leaves entries of the other that say of the one that signs what
 * cannot be: those count for nothing.
 */
final class OwnRoots implements SigningSource {

  static final String FILE = "root.pem";

  /** Without keys, to be given away: the bundle. */
  private static final String PUBLIC_FILE = "root-certificate.pem";

  private static final String OTHERS = "rotation.json";

  private final StateFolder folder;

  OwnRoots(StateFolder folder) {
    this.folder = folder;
  }

  /** Reads the root that signs, or makes it where there is none. */
  static Root open(StateFolder folder, @Nullable String trustDomain, InstantSource clock)
      throws IOException {
    return folder.exclusively(
        () -> {
          Optional<String> there = folder.read(FILE);
          if (there.isPresent()) {
            return Root.read(there.get(), folder.file(FILE));
          }
          Root made =
              Root.make(trustDomain == null ? Authority.DEFAULT_TRUST_DOMAIN : trustDomain, clock);
          folder.write(FILE, made.pem());
          return made;
        });
  }

  /** What the root that is there is for; null: there is none. */
  static @Nullable String trustDomain(StateFolder folder) throws IOException {
    Optional<String> there = folder.read(FILE);
    return there.isEmpty() ? null : Root.read(there.get(), folder.file(FILE)).trustDomain();
  }

  Root active() throws IOException {
    Optional<String> there = folder.read(FILE);
    if (there.isEmpty()) {
      throw new IOException(
          folder.file(FILE) + " is gone (expected: the root's key and certificate)");
    }
    return Root.read(there.get(), folder.file(FILE));
  }

  /** The others, as far as what is said of them can be. */
  List<RootEntry> others(X509Certificate active) throws IOException {
    return others().read().stream().filter(entry -> !entry.certificate().equals(active)).toList();
  }

  JsonFile<RootEntry> others() {
    return new JsonFile<>(folder, OTHERS, new RootEntry.Form());
  }

  @Override
  public Signing read() throws IOException {
    return folder.exclusively(
        () -> {
          Root active = active();
          Signing signing = signing(active, others(active.certificate()));
          StringBuilder bundle = new StringBuilder();
          signing.roots().forEach(root -> bundle.append(Pem.write(root)));
          if (!folder.read(PUBLIC_FILE).equals(Optional.of(bundle.toString()))) {
            folder.write(PUBLIC_FILE, bundle.toString());
          }
          return signing;
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
    return List.of(stamp(folder.file(FILE)), stamp(folder.file(OTHERS)));
  }

  /** A file that was moved into place differs in one of these. */
  static String stamp(Path file) throws IOException {
    try {
      BasicFileAttributes it = Files.readAttributes(file, BasicFileAttributes.class);
      return it.fileKey() + " " + it.lastModifiedTime() + " " + it.size();
    } catch (NoSuchFileException e) {
      return "none";
    }
  }

  @Override
  public String toString() {
    return folder.file(FILE).toString();
  }
}
