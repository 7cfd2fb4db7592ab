/** grpc-java under contract: channels and servers, over Netty, shaded or not. */
@NullMarked
package dev.weft.instrumentation.testing.grpc;

import org.jspecify.annotations.NullMarked;
