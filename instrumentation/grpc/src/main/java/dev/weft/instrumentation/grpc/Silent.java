package dev.weft.instrumentation.grpc;

import io.grpc.ServerCall;

/** The listener of a call that the application never sees. */
final class Silent<Q> extends ServerCall.Listener<Q> {}
