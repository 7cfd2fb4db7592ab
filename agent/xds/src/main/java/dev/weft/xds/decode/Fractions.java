package dev.weft.xds.decode;

import dev.weft.engine.config.Fraction;
import dev.weft.xds.proto.FractionalPercent;
import dev.weft.xds.proto.FractionalPercentDenominatorType;
import dev.weft.xds.proto.RuntimeFractionalPercent;
import org.jspecify.annotations.Nullable;

/** {@code envoy.type.v3.FractionalPercent}. */
final class Fractions {

  private Fractions() {}

  /** None for an absent one. */
  static Fraction of(@Nullable FractionalPercent percent, Where where)
      throws InvalidResourceException {
    if (percent == null) {
      return Fraction.NONE;
    }
    long denominator =
        switch (percent.denominator()) {
          case FractionalPercentDenominatorType.HUNDRED -> 100;
          case FractionalPercentDenominatorType.TEN_THOUSAND -> 10_000;
          case FractionalPercentDenominatorType.MILLION -> 1_000_000;
          default ->
              throw where
                  .in("denominator")
                  .refuse(percent.denominator() + " (expected: HUNDRED, TEN_THOUSAND or MILLION)");
        };
    return new Fraction(percent.numerator(), denominator);
  }

  /** All for an absent one; what a runtime would say instead is not known here. */
  static Fraction orAll(@Nullable RuntimeFractionalPercent percent, Where where)
      throws InvalidResourceException {
    return percent == null || percent.defaultValue() == null
        ? Fraction.ALL
        : of(percent.defaultValue(), where.in("default_value"));
  }
}
