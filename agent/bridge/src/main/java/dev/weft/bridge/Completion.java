package dev.weft.bridge;

import org.jspecify.annotations.Nullable;

/**
 * How an exchange ended.
 *
 * @param bytes body bytes that passed; for gRPC, messages; -1 when the library cannot know
 * @param trailers trailers of the response ({@code grpc-status} for gRPC), or {@link Headers#NONE}
 * @param failure what broke the body, or null when it ended well
 */
public record Completion(long bytes, Headers trailers, @Nullable Throwable failure) {

  /** A body that ended well. */
  public static Completion of(long bytes) {
    return new Completion(bytes, Headers.NONE, null);
  }
}
