package dev.weft.xds.oracle;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import dev.weft.harness.Ports;
import io.envoyproxy.envoy.config.bootstrap.v3.Admin;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBACPerRoute;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A real Envoy that guards as the inbound listener of a sidecar: rules by {@code x-case}. */
final class EnvoyGuard implements AutoCloseable {

  static final String CASE = "x-case";

  private static final int OK = 200;

  private final Process process;

  /**
   * What it guards by.
   *
   * @param cases by the number that requests carry
   * @param tokens null: it looks at none
   */
  record Rules(List<RBAC> cases, @Nullable JwtAuthentication tokens) {

    Rules {
      cases = List.copyOf(cases);
    }
  }

  /** Where it listens: with TLS, and for plaintext. */
  record Doors(int tls, int plain) {

    static Doors free() {
      return new Doors(Ports.free(), Ports.free());
    }
  }

  private EnvoyGuard(Process process) {
    this.process = process;
  }

  /** {@code E2E_ENVOY}, else {@code envoy} of the path; null: there is none. */
  static @Nullable String program() {
    String named = System.getenv("E2E_ENVOY");
    Stream<Path> candidates =
        named != null
            ? Stream.of(Path.of(named))
            : Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .map(folder -> Path.of(folder, "envoy"));
    return candidates.filter(Files::isExecutable).map(Path::toString).findFirst().orElse(null);
  }

  /**
   * Starts it; ready when this returns.
   *
   * @param folder for its configuration
   */
  static EnvoyGuard start(
      String program, Path folder, Doors doors, TestIdentities identities, Rules rules)
      throws IOException {
    Path file = folder.resolve("envoy.json");
    Files.writeString(file, json(bootstrap(doors, identities, rules)));
    Process process =
        new ProcessBuilder(
                program,
                "-c",
                file.toString(),
                "--concurrency",
                "1",
                "--disable-hot-restart",
                "--log-level",
                "error")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("envoy.log").toFile())
            .start();
    try {
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .failFast("Envoy ended", () -> !process.isAlive())
          .until(() -> accepts(doors.tls) && accepts(doors.plain));
    } catch (RuntimeException e) {
      process.destroyForcibly();
      throw new AssertionError(
          "Envoy did not start:\n" + Files.readString(folder.resolve("envoy.log")), e);
    }
    return new EnvoyGuard(process);
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static String json(Bootstrap bootstrap) throws IOException {
    TypeRegistry types =
        TypeRegistry.newBuilder()
            .add(HttpConnectionManager.getDescriptor())
            .add(DownstreamTlsContext.getDescriptor())
            .add(Router.getDescriptor())
            .add(JwtAuthentication.getDescriptor())
            .add(RBACPerRoute.getDescriptor())
            .add(UriTemplateMatchConfig.getDescriptor())
            .build();
    return JsonFormat.printer().usingTypeRegistry(types).print(bootstrap);
  }

  private static Bootstrap bootstrap(Doors doors, TestIdentities identities, Rules rules) {
    HttpConnectionManager.Builder manager =
        HttpConnectionManager.newBuilder()
            .setStatPrefix("in")
            .setUseRemoteAddress(BoolValue.of(false))
            .setNormalizePath(BoolValue.of(true)) // as istiod has it
            .setRouteConfig(routes(rules.cases));
    if (rules.tokens != null) {
      manager.addHttpFilters(filter("envoy.filters.http.jwt_authn", rules.tokens));
    }
    manager
        .addHttpFilters(
            filter(
                "envoy.filters.http.rbac",
                io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC.getDefaultInstance()))
        .addHttpFilters(filter("envoy.filters.http.router", Router.getDefaultInstance()));
    FilterChain plain =
        FilterChain.newBuilder()
            .addFilters(
                Filter.newBuilder()
                    .setName("envoy.filters.network.http_connection_manager")
                    .setTypedConfig(Any.pack(manager.build())))
            .build();
    FilterChain encrypted = plain.toBuilder().setTransportSocket(tls(identities)).build();
    return Bootstrap.newBuilder()
        .setAdmin(Admin.getDefaultInstance())
        .setStaticResources(
            Bootstrap.StaticResources.newBuilder()
                .addListeners(listener(doors.tls, encrypted))
                .addListeners(listener(doors.plain, plain)))
        .build();
  }

  private static Listener listener(int port, FilterChain chain) {
    return Listener.newBuilder()
        .setName("in-" + port)
        .setAddress(address(port))
        .addFilterChains(chain)
        .build();
  }

  private static HttpFilter filter(String name, Message config) {
    return HttpFilter.newBuilder().setName(name).setTypedConfig(Any.pack(config)).build();
  }

  private static RouteConfiguration routes(List<RBAC> cases) {
    VirtualHost.Builder host = VirtualHost.newBuilder().setName("all").addDomains("*");
    for (int i = 0; i < cases.size(); i++) {
      RBACPerRoute guard =
          RBACPerRoute.newBuilder()
              .setRbac(
                  io.envoyproxy
                      .envoy
                      .extensions
                      .filters
                      .http
                      .rbac
                      .v3
                      .RBAC
                      .newBuilder()
                      .setRules(cases.get(i)))
              .build();
      host.addRoutes(
          Route.newBuilder()
              .setMatch(
                  RouteMatch.newBuilder()
                      .setPrefix("/")
                      .addHeaders(
                          HeaderMatcher.newBuilder()
                              .setName(CASE)
                              .setStringMatch(
                                  StringMatcher.newBuilder().setExact(Integer.toString(i)))))
              .setDirectResponse(DirectResponseAction.newBuilder().setStatus(OK))
              .putTypedPerFilterConfig("envoy.filters.http.rbac", Any.pack(guard)));
    }
    return RouteConfiguration.newBuilder().setName("all").addVirtualHosts(host).build();
  }

  private static TransportSocket tls(TestIdentities identities) {
    CommonTlsContext common =
        CommonTlsContext.newBuilder()
            .addTlsCertificates(
                TlsCertificate.newBuilder()
                    .setCertificateChain(text(identities.serverCertificate()))
                    .setPrivateKey(text(identities.serverKey())))
            .setValidationContext(
                CertificateValidationContext.newBuilder().setTrustedCa(text(identities.trusted())))
            .build();
    return TransportSocket.newBuilder()
        .setName("envoy.transport_sockets.tls")
        .setTypedConfig(
            Any.pack(DownstreamTlsContext.newBuilder().setCommonTlsContext(common).build()))
        .build();
  }

  private static DataSource text(String text) {
    return DataSource.newBuilder().setInlineString(text).build();
  }

  private static Address address(int port) {
    return Address.newBuilder()
        .setSocketAddress(SocketAddress.newBuilder().setAddress("127.0.0.1").setPortValue(port))
        .build();
  }

  @Override
  public void close() throws Exception {
    process.destroy();
    process.waitFor();
  }
}
