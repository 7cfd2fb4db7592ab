package dev.weft.control.ca;

import java.io.IOException;
import java.util.Set;

/**
 * What several control services share.
 *
 * @param roots those of our own
 * @param tokens the key of join tokens, which were made, and what they have granted
 */
public record SharedState(StateStore roots, StateStore tokens) {

  /** The root that is there; a control service makes it, and nobody else. */
  MeshRoot root() throws IOException {
    String trustDomain = OwnRoots.trustDomain(roots);
    if (trustDomain == null) {
      throw new IOException(
          roots.place(StateStore.ROOT)
              + " is not there yet (expected: a control service that has made it)");
    }
    Signing signing = new OwnRoots(roots, null).read();
    return new Known(
        trustDomain, Certificates.digest(signing.root()), Set.copyOf(signing.digests()));
  }

  private record Known(String trustDomain, String rootDigest, Set<String> digests)
      implements MeshRoot {
    @Override
    public boolean isKnownBy(String digest) {
      return digests.contains(digest);
    }
  }
}
