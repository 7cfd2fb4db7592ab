package dev.weft.xds.decode;

import org.jspecify.annotations.Nullable;

/** A place in a resource: {@code virtual_hosts[0].routes[2].match}. */
final class Where {

  /** The resource itself. */
  static final Where ROOT = new Where(null, "", -1);

  private final @Nullable Where outer;
  private final String field;
  private final int index;

  private Where(@Nullable Where outer, String field, int index) {
    this.outer = outer;
    this.field = field;
    this.index = index;
  }

  Where in(String inner) {
    return new Where(this, inner, -1);
  }

  Where in(String inner, int innerIndex) {
    return new Where(this, inner, innerIndex);
  }

  InvalidResourceException refuse(String problem) {
    return new InvalidResourceException(this + ": " + problem);
  }

  @Override
  public String toString() {
    String name = index < 0 ? field : field + "[" + index + "]";
    return outer == null || outer.outer == null ? name : outer + "." + name;
  }
}
