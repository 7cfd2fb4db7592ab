package dev.weft.control.ca;

import dev.weft.control.model.SpiffeId;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a join token says, the token itself left out.
 *
 * @param id its {@code jti}, by which it is revoked
 * @param subject whose certificate it is good for
 * @param services of the subject's namespace that it may serve; empty: a pure client
 * @param revoked when it was; null if it was not
 * @param uses how many certificates it is good for; 0: any number
 * @param used how many were given for it; not counted where any number may be
 */
public record JoinToken(
    String id,
    SpiffeId subject,
    Set<String> services,
    Instant issued,
    Instant expires,
    @Nullable Instant revoked,
    int uses,
    int used) {

  public JoinToken {
    // Sorted, so that equal grants are written alike.
    services = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(services));
  }

  JoinToken revokedAt(Instant when) {
    return new JoinToken(id, subject, services, issued, expires, when, uses, used);
  }

  JoinToken usedOnceMore() {
    return new JoinToken(id, subject, services, issued, expires, revoked, uses, used + 1);
  }

  public boolean isUsedUp() {
    return uses > 0 && used >= uses;
  }
}
