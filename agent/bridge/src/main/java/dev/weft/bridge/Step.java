package dev.weft.bridge;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What next? Answered by the engine, done by the adapter. */
public sealed interface Step {

  /**
   * One try.
   *
   * @param address where to connect. Unresolved: the library looks the name up itself, as it would
   *     have done without the mesh
   * @param authority the request's authority (Host header, {@code :authority}), maybe rewritten
   * @param target raw path and query as they go on the wire, maybe rewritten
   * @param edits changes to the application's headers for this try
   * @param timeout until the <em>end of the response body</em>, unless {@link Deliver} says
   *     otherwise; null: none
   * @param keep bytes of request body to keep for replay or mirrors; 0: keep nothing
   * @param server of a request that the application encrypts: whose name its TLS asks for and
   *     verifies, wherever it connects to; null: the host of its URL
   */
  record Send(
      InetSocketAddress address,
      String authority,
      String target,
      HeaderEdits edits,
      @Nullable Duration timeout,
      int keep,
      @Nullable String server)
      implements Step {

    /** To the very server that the application asks for. */
    public Send(
        InetSocketAddress address,
        String authority,
        String target,
        HeaderEdits edits,
        @Nullable Duration timeout,
        int keep) {
      this(address, authority, target, edits, timeout, keep, null);
    }
  }

  /**
   * Call {@link OutboundCall#resume} after the delay, or earlier when the signal completes (in
   * whatever way). Either may be null, not both.
   *
   * @param counts whether the application's own timeout runs meanwhile, where the library's does
   *     not by itself
   */
  record Wait(@Nullable Duration delay, @Nullable CompletionStage<?> signal, boolean counts)
      implements Step {

    public Wait {
      if (delay == null && signal == null) {
        throw new IllegalArgumentException("a wait needs a delay or a signal");
      }
    }

    /** A mere delay counts, as the work of a rule; a wait for the mesh itself does not. */
    public Wait(@Nullable Duration delay, @Nullable CompletionStage<?> signal) {
      this(delay, signal, signal == null);
    }
  }

  /**
   * A local reply, shown as the library's own response. A gRPC adapter maps it to a status, unless
   * the headers carry {@code grpc-status}.
   */
  @SuppressWarnings("ArrayRecordComponent") // handed to the library as it is, never compared
  record Answer(int status, HeaderEdits headers, byte[] body) implements Step {}

  /**
   * Hand up what the last try gave: its response with these edits, or its own exception unchanged.
   * Only ever the answer to {@link OutboundCall#ended}.
   *
   * @param timeout from now to the end of the response body, in the place of the try's, which ends
   *     here; zero: none. Null: the try's goes on
   */
  record Deliver(HeaderEdits edits, @Nullable Duration timeout) implements Step {

    /** The try's timeout goes on. */
    public Deliver(HeaderEdits edits) {
      this(edits, null);
    }
  }
}
