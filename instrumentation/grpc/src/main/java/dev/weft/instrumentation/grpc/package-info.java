/**
 * The adapter for grpc-java: sends each call of a channel, try by try, to the endpoint that the
 * mesh chose, and admits the calls that arrive at a server.
 *
 * <p>Only the bridge, the JDK and gRPC's own core types are used here, which are the same beneath
 * {@code grpc-netty}, {@code grpc-netty-shaded} and {@code grpc-okhttp}: the helpers are defined in
 * gRPC's class loader.
 */
@NullMarked
package dev.weft.instrumentation.grpc;

import org.jspecify.annotations.NullMarked;
