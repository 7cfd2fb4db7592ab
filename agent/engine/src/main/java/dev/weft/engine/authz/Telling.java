package dev.weft.engine.authz;

import dev.weft.engine.telemetry.Audit;

/** Who is told of what policies do besides: those that watch, and what dry runs would do. */
public interface Telling {

  /**
   * @param policy empty: that none allows it
   */
  void told(Audit.What what, String policy);
}
