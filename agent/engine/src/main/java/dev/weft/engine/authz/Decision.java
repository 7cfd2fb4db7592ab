package dev.weft.engine.authz;

import dev.weft.engine.authn.TokenStatus;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a request, or of a connection.
 *
 * @param policy that refuses it; empty: none does, or none allows it
 * @param token why its token is not believed; null: it is, or there is none
 */
public record Decision(Kind kind, String policy, @Nullable TokenStatus token) {

  static final Decision PASS = new Decision(Kind.PASS, "", null);
  static final Decision UNCLEAR = new Decision(Kind.UNCLEAR, "", null);
  static final Decision NOT_ALLOWED = refuse("");

  static Decision refuse(String policy) {
    return new Decision(Kind.REFUSE, policy, null);
  }

  public boolean passes() {
    return kind == Kind.PASS;
  }

  /** What becomes of it. */
  public enum Kind {
    PASS,
    REFUSE,
    /** It shows a token that is not believed. */
    UNAUTHENTICATED,
    /** It could be read in ways that nobody can foresee. */
    UNCLEAR
  }
}
