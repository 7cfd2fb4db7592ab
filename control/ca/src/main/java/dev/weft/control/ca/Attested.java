package dev.weft.control.ca;

import dev.weft.control.model.Principal;
import org.jspecify.annotations.Nullable;

/**
 * Who has shown a token.
 *
 * @param grant by which what was granted is revoked, and until then goes on without the token;
 *     null: it counts for this once, and is shown again for each certificate
 * @param uses how many certificates it is good for, and for nothing else; 0: any number
 */
public record Attested(Principal principal, @Nullable String grant, int uses) {

  /** As often as it is shown. */
  public Attested(Principal principal, @Nullable String grant) {
    this(principal, grant, 0);
  }

  boolean isLimited() {
    return uses > 0;
  }
}
