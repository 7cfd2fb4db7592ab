package dev.weft.control.ca;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What certificates are signed with, and whom the mesh believes, at one moment.
 *
 * @param chain the issuer first, its root left out: empty where the root itself signs
 * @param roots the bundle; the first one is where what is signed leads to
 * @param links from former roots to those that followed them, the latest first, and those former
 *     roots: what the control service shows besides, for whoever knows only them
 * @param rotation how far a rotation of the root is, for people; null: none is under way
 */
record Signing(
    Issuer issuer,
    List<X509Certificate> chain,
    List<X509Certificate> roots,
    List<X509Certificate> links,
    @Nullable String rotation) {

  Signing {
    chain = List.copyOf(chain);
    roots = List.copyOf(roots);
    links = List.copyOf(links);
  }

  X509Certificate root() {
    return roots.get(0);
  }

  /** When the first certificate ends that everything signed rests on. */
  Instant end() {
    return Stream.concat(chain.stream(), Stream.of(root()))
        .map(each -> each.getNotAfter().toInstant())
        .min(Instant::compareTo)
        .orElseThrow();
  }

  /** When all of them have begun. */
  Instant start() {
    return Stream.concat(chain.stream(), Stream.of(root()))
        .map(each -> each.getNotBefore().toInstant())
        .max(Instant::compareTo)
        .orElseThrow();
  }

  /** By which roots a join token may know this control service. */
  Set<String> digests() {
    return Stream.concat(roots.stream(), links.stream())
        .map(Certificates::digest)
        .collect(Collectors.toUnmodifiableSet());
  }
}
