package dev.weft.engine.wire;

import dev.weft.bridge.Wire;
import dev.weft.engine.config.SpiffeId;
import java.net.InetSocketAddress;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Makes the ends of mesh TLS, with the certificate that this process has now. Never blocks. */
public interface TlsEnds {

  /** A process that has no certificate. */
  static TlsEnds none(String reason) {
    return new TlsEnds() {
      @Override
      public Wire.Plan client(SpiffeId expected, InetSocketAddress remote) {
        return new Wire.Plan.Refuse(reason);
      }

      @Override
      public Wire.Plan server(Predicate<SpiffeId> trusted) {
        return new Wire.Plan.Refuse(reason);
      }

      @Override
      public @Nullable SpiffeId self() {
        return null;
      }
    };
  }

  /**
   * The connecting end. {@link Wire.Plan.Refuse} while there is no certificate that is valid.
   *
   * @param expected who the other end must prove to be
   */
  Wire.Plan client(SpiffeId expected, InetSocketAddress remote);

  /**
   * The accepting end. {@link Wire.Plan.Refuse} while there is no certificate that is valid.
   *
   * @param trusted asked of the other end's verified identity, once its handshake is over
   */
  Wire.Plan server(Predicate<SpiffeId> trusted);

  /** Who we are; null before the first certificate. */
  @Nullable SpiffeId self();
}
