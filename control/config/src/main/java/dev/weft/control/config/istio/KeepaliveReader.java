package dev.weft.control.config.istio;

import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.model.TcpKeepalive;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads {@code tcpKeepalive}; an empty one leaves all to the system, but switches it on. */
final class KeepaliveReader {

  private KeepaliveReader() {}

  static @Nullable TcpKeepalive read(ObjectReader holder) {
    if (!holder.has("tcpKeepalive")) {
      return null;
    }
    ObjectReader keepalive = holder.object("tcpKeepalive");
    return new TcpKeepalive(
        keepalive.number("probes", 0), seconds(keepalive, "time"), seconds(keepalive, "interval"));
  }

  /** Whole ones, as istiod has them. */
  private static int seconds(ObjectReader keepalive, String field) {
    Duration written = keepalive.duration(field);
    return written == null ? 0 : (int) Math.min(Integer.MAX_VALUE, written.toSeconds());
  }
}
