package dev.weft.control.model;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who else gets a copy of each request, in the three fields that a rule has for it: a rule that is
 * delegated to may write some of them, and the one that delegates the others.
 *
 * @param sole the older form, one destination
 * @param share of {@code sole}, in millionths; null: all
 */
public record Mirroring(@Nullable Destination sole, @Nullable Integer share, List<Mirror> several) {

  public static final Mirroring NONE = new Mirroring(null, null, List.of());

  /**
   * One copy.
   *
   * @param share in millionths; null: all
   */
  public record Mirror(Destination destination, @Nullable Integer share) {}

  public Mirroring {
    several = List.copyOf(several);
  }

  /** Those that ever get a copy. */
  public List<Mirror> mirrors() {
    Stream<Mirror> first = sole == null ? Stream.of() : Stream.of(new Mirror(sole, share));
    return Stream.concat(first, several.stream())
        .filter(mirror -> mirror.share() == null || mirror.share() > 0)
        .toList();
  }

  Mirroring orElse(Mirroring other) {
    return new Mirroring(
        sole == null ? other.sole : sole,
        share == null ? other.share : share,
        several.isEmpty() ? other.several : several);
  }

  Mirroring with(UnaryOperator<Destination> change) {
    return new Mirroring(
        sole == null ? null : change.apply(sole),
        share,
        several.stream()
            .map(mirror -> new Mirror(change.apply(mirror.destination()), mirror.share()))
            .toList());
  }
}
