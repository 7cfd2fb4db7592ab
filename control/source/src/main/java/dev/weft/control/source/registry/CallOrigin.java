package dev.weft.control.source.registry;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.net.InetSocketAddress;

/** Whether a call comes over the loopback interface: then its addresses mean the same to us. */
final class CallOrigin implements ServerInterceptor {

  private static final Context.Key<Boolean> THIS_HOST =
      Context.keyWithDefault("weft.call.this-host", false);

  static boolean isThisHost() {
    return THIS_HOST.get();
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    boolean thisHost =
        call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)
                instanceof InetSocketAddress remote
            && remote.getAddress() != null
            && remote.getAddress().isLoopbackAddress();
    return Contexts.interceptCall(
        Context.current().withValue(THIS_HOST, thisHost), call, headers, next);
  }
}
