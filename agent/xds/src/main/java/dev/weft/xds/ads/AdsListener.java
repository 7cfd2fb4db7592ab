package dev.weft.xds.ads;

import dev.weft.engine.config.Snapshot;
import dev.weft.xds.decode.TrustBundle;

/** What a discovery client tells; on the loop. */
public interface AdsListener {

  /** A new state is in force. */
  void snapshot(Snapshot snapshot);

  /** The mesh believes these from now on. */
  void trusts(TrustBundle bundle);

  /** The control service has answered for the first time on this connection. */
  void answered(String protocol);

  /** One answer was taken in. */
  void received();

  /** One answer was refused, wholly or in part. */
  void refused(String reason);

  /** A field that we know, or do not know, was ignored. */
  void ignored(String field);

  /** The stream has ended; a new connection is needed. */
  void ended(String reason);
}
