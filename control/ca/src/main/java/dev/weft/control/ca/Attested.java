package dev.weft.control.ca;

import dev.weft.control.model.Principal;
import org.jspecify.annotations.Nullable;

/**
 * Who has shown a token.
 *
 * @param grant by which what was granted is revoked, and until then goes on without the token;
 *     null: it counts for this once, and is shown again for each certificate
 */
public record Attested(Principal principal, @Nullable String grant) {}
