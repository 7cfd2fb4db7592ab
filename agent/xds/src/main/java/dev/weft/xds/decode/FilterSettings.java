package dev.weft.xds.decode;

import dev.weft.engine.config.CorsPolicy;
import dev.weft.engine.config.Fault;
import org.jspecify.annotations.Nullable;

/** What holds for a route: its own settings, or else those around it. */
record FilterSettings(@Nullable Fault fault, @Nullable CorsPolicy cors) {

  static final FilterSettings NONE = new FilterSettings(null, null);

  FilterSettings with(Fault own) {
    return new FilterSettings(own, cors);
  }

  FilterSettings with(CorsPolicy own) {
    return new FilterSettings(fault, own);
  }

  /** With a filter switched off, by the name that everyone gives it. */
  FilterSettings without(String filter) {
    return switch (filter) {
      case "envoy.filters.http.fault" -> new FilterSettings(null, cors);
      case "envoy.filters.http.cors" -> new FilterSettings(fault, null);
      default -> this;
    };
  }
}
