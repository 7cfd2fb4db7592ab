package dev.weft.e2e.tls;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Servers outside of the mesh that speak TLS, and the rules by which the mesh speaks it, too. */
final class OutsideHosts implements AutoCloseable {

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<HttpsServer> servers = new ArrayList<>();
  private final List<Server> grpcServers = new ArrayList<>();

  /**
   * A host at port 80, which is served by TLS at another.
   *
   * @param at an address, or a name that callers look up, and a port
   * @param tls of its DestinationRule
   */
  static String host(String host, String protocol, String at, String tls) {
    int colon = at.lastIndexOf(':');
    String address = at.substring(0, colon);
    return """
    apiVersion: networking.istio.io/v1
    kind: ServiceEntry
    metadata: {name: %1$s}
    spec:
      hosts: [%1$s]
      location: MESH_EXTERNAL
      resolution: %2$s
      ports: [{number: 80, name: main, protocol: %3$s, targetPort: %4$s}]
      endpoints: [{address: %5$s}]
    ---
    apiVersion: networking.istio.io/v1
    kind: DestinationRule
    metadata: {name: %1$s}
    spec:
      host: %1$s
      trafficPolicy:
        portLevelSettings:
        - port: {number: 80}
          tls: %6$s
    """
        .formatted(
            host,
            Character.isDigit(address.charAt(0)) ? "STATIC" : "DNS",
            protocol,
            at.substring(colon + 1),
            address,
            tls);
  }

  /** Says by HTTP under which name it was called, and by whom. */
  int https(SSLContext context, boolean asks) throws IOException {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters all = context.getDefaultSSLParameters();
            all.setNeedClientAuth(asks);
            parameters.setSSLParameters(all);
          }
        });
    server.createContext("/", exchange -> answer((HttpsExchange) exchange, asks));
    server.setExecutor(threads);
    server.start();
    servers.add(server);
    return server.getAddress().getPort();
  }

  private static void answer(HttpsExchange exchange, boolean asks) throws IOException {
    List<SNIServerName> names =
        ((ExtendedSSLSession) exchange.getSSLSession()).getRequestedServerNames();
    String name = names.isEmpty() ? "nobody" : ((SNIHostName) names.get(0)).getAsciiName();
    say(exchange, "name=" + name + (asks ? " client=" + client(exchange) : ""));
  }

  private static String client(HttpsExchange exchange) throws SSLPeerUnverifiedException {
    X509Certificate leaf = (X509Certificate) exchange.getSSLSession().getPeerCertificates()[0];
    return leaf.getSubjectX500Principal().getName();
  }

  private static void say(HttpExchange exchange, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Connection", "close"); // each request is a connection
    exchange.sendResponseHeaders(200, body.length);
    try (exchange) {
      exchange.getResponseBody().write(body);
    }
  }

  /** Says by gRPC under which authority it was called, and by whom. */
  int grpc(Path certificate, Path key, Path clients) throws IOException {
    TlsServerCredentials.Builder credentials =
        TlsServerCredentials.newBuilder()
            .keyManager(certificate.toFile(), key.toFile())
            .trustManager(clients.toFile())
            .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE);
    Server server =
        NettyServerBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), credentials.build())
            .addService(
                ServerServiceDefinition.builder("test.Outside")
                    .addMethod(
                        OtherClients.SAY,
                        ServerCalls.asyncUnaryCall(
                            (question, answers) -> {
                              answers.onNext(question + " to " + SEEN.get());
                              answers.onCompleted();
                            }))
                    .build())
            .intercept(new Seeing())
            .build();
    grpcServers.add(server.start());
    return server.getPort();
  }

  private static final io.grpc.Context.Key<String> SEEN = io.grpc.Context.key("seen");

  private static final class Seeing implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
      String seen = call.getAuthority() + " by " + (session == null ? "nobody" : peer(session));
      return io.grpc.Contexts.interceptCall(
          io.grpc.Context.current().withValue(SEEN, seen), call, headers, next);
    }

    private static String peer(SSLSession session) {
      try {
        X509Certificate leaf = (X509Certificate) session.getPeerCertificates()[0];
        return leaf.getSubjectX500Principal().getName();
      } catch (SSLPeerUnverifiedException e) {
        return "nobody";
      }
    }
  }

  @Override
  public void close() {
    servers.forEach(server -> server.stop(0));
    grpcServers.forEach(Server::shutdownNow);
    threads.shutdownNow();
  }
}
