package dev.weft.control.server;

import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** The port on which agents connect, and what a stranger may do there. */
final class GrpcFront {

  /** A connection that was silent this long is probed; see LeaseTimes: it exceeds a heartbeat. */
  private static final long PROBE_SECONDS = 15;

  private static final long PROBE_ANSWER_SECONDS = 5;

  /** The most that a client may probe us. */
  private static final long PROBED_SECONDS = 5;

  private static final int MESSAGE_BYTES = 4 << 20;
  private static final int HEADER_BYTES = 16 << 10;
  private static final int CALLS_PER_CONNECTION = 100;

  private GrpcFront() {}

  static Server start(InetSocketAddress address, ServerServiceDefinition... services)
      throws IOException {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(address)
            .keepAliveTime(PROBE_SECONDS, TimeUnit.SECONDS)
            .keepAliveTimeout(PROBE_ANSWER_SECONDS, TimeUnit.SECONDS)
            .permitKeepAliveTime(PROBED_SECONDS, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .maxInboundMessageSize(MESSAGE_BYTES)
            .maxInboundMetadataSize(HEADER_BYTES)
            .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION);
    for (ServerServiceDefinition service : services) {
      builder.addService(service);
    }
    return builder.build().start();
  }
}
