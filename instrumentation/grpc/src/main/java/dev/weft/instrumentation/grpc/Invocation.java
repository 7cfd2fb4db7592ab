package dev.weft.instrumentation.grpc;

import dev.weft.bridge.RequestHead;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * What the application asked for.
 *
 * @param next the application's own channel, for calls that turn out not to be the mesh's
 */
record Invocation<Q, R>(MethodDescriptor<Q, R> method, CallOptions options, Channel next) {

  String authority() {
    return OutboundInterceptor.authority(options, next);
  }

  String target() {
    return '/' + method.getFullMethodName();
  }

  /** The method as a rewritten target names it. */
  MethodDescriptor<Q, R> method(String target) {
    if (target.equals(target())) {
      return method;
    }
    String name = target.startsWith("/") ? target.substring(1) : target;
    return method.toBuilder().setFullMethodName(name).build();
  }

  RequestHead head(Metadata headers) {
    return new RequestHead(
        "grpc", "POST", "http", authority(), target(), new MetadataHeaders(headers));
  }

  /** The application's own channel takes the call. */
  ClientCall<Q, R> unmeshed() {
    return next.newCall(method, options);
  }

  /** When the application gives up, as it told this call or its context; null: never. */
  @Nullable Deadline deadline(io.grpc.Context context) {
    Deadline call = options.getDeadline();
    Deadline caller = context.getDeadline();
    return call == null ? caller : caller == null ? call : call.minimum(caller);
  }
}
