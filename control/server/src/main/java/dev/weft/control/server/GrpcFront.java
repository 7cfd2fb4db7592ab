package dev.weft.control.server;

import dev.weft.control.ca.CertificateAuthority;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** The ports on which agents connect, and what a stranger may do there. */
final class GrpcFront {

  /** A connection that was silent this long is probed; see LeaseTimes: it exceeds a heartbeat. */
  private static final long PROBE_SECONDS = 15;

  private static final long PROBE_ANSWER_SECONDS = 5;

  /** The most that a client may probe us. */
  private static final long PROBED_SECONDS = 5;

  private static final long HANDSHAKE_SECONDS = 10;
  private static final int MESSAGE_BYTES = 4 << 20;
  private static final int HEADER_BYTES = 16 << 10;
  private static final int CALLS_PER_CONNECTION = 100;

  private GrpcFront() {}

  /** In plaintext: nobody is asked who he is. */
  static Server start(InetSocketAddress address, ServerServiceDefinition... services)
      throws IOException {
    return start(NettyServerBuilder.forAddress(address), services);
  }

  /**
   * With TLS, where a client may show a certificate of the mesh, and each call must prove who makes
   * it. The JDK's TLS rather than the native one: its key manager is asked anew at each handshake.
   */
  static Server start(
      InetSocketAddress address,
      CertificateAuthority authority,
      ServerServiceDefinition... services)
      throws IOException {
    SslContext tls =
        GrpcSslContexts.configure(
                SslContextBuilder.forServer(authority.keyManager()), SslProvider.JDK)
            .trustManager(authority.trustManager())
            .clientAuth(ClientAuth.OPTIONAL)
            .protocols("TLSv1.3", "TLSv1.2")
            .build();
    return start(
        NettyServerBuilder.forAddress(address)
            .sslContext(tls)
            .handshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS)
            .intercept(authority.doorman()),
        services);
  }

  private static Server start(NettyServerBuilder unlimited, ServerServiceDefinition... services)
      throws IOException {
    NettyServerBuilder builder =
        unlimited
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
