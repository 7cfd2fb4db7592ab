package dev.weft.engine.config;

import java.util.random.RandomGenerator;

/** A chance, as Envoy's {@code FractionalPercent}; more than all is all. */
public record Fraction(long numerator, long denominator) {

  public static final Fraction ALL = new Fraction(1, 1);
  public static final Fraction NONE = new Fraction(0, 1);

  public Fraction {
    if (numerator < 0 || denominator <= 0) {
      throw new IllegalArgumentException(
          numerator + "/" + denominator + " (expected: a share of something)");
    }
  }

  /** Draws. */
  public boolean hits(RandomGenerator random) {
    return numerator >= denominator || (numerator > 0 && random.nextLong(denominator) < numerator);
  }
}
