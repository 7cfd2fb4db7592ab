package dev.weft.engine.authz;

/** On which readings of a request a condition holds. */
enum Match {
  NONE,
  SOME,
  ALL;

  static Match of(boolean holds) {
    return holds ? ALL : NONE;
  }

  /** That both hold; where each holds on some, they may be the same ones. */
  Match and(Match other) {
    return compareTo(other) < 0 ? this : other;
  }

  Match or(Match other) {
    return compareTo(other) > 0 ? this : other;
  }

  Match not() {
    return switch (this) {
      case NONE -> ALL;
      case SOME -> SOME;
      case ALL -> NONE;
    };
  }
}
