package dev.weft.control.xds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.model.Destination;
import dev.weft.control.model.Fqdn;
import dev.weft.control.model.HeaderEdits;
import dev.weft.control.model.HttpRoute;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.RouteAction;
import dev.weft.control.model.RouteSettings;
import dev.weft.control.model.RoutingRule;
import dev.weft.control.model.WeightedDestination;
import dev.weft.control.xds.resource.ResourceType;
import dev.weft.harness.Ports;
import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.NameResolverRegistry;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.xds.XdsNameResolverProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A stock grpc-java client, {@code xds:///}, goes by what this server says. */
class GrpcClientTest {

  private static final String SCHEME = "weft-test";

  private static final MethodDescriptor<String, String> WHO =
      MethodDescriptor.<String, String>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("test.Greeter/Who")
          .setRequestMarshaller(new Text())
          .setResponseMarshaller(new Text())
          .build();

  /** Strings as they are. */
  private static final class Text implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String value) {
      return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String parse(InputStream stream) {
      try {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private final Models models = new Models();
  private final List<Server> servers = new ArrayList<>();
  private AdsServer ads;
  private Server control;
  private XdsNameResolverProvider resolver;
  private ManagedChannel channel;

  private Server serve(ServerServiceDefinition service) throws IOException {
    return serve(service, Ports.free());
  }

  private Server serve(ServerServiceDefinition service, int port) throws IOException {
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .addService(service)
            .build()
            .start();
    servers.add(server);
    return server;
  }

  private void backend(String version) throws IOException {
    Server server =
        serve(
            ServerServiceDefinition.builder("test.Greeter")
                .addMethod(
                    WHO,
                    ServerCalls.asyncUnaryCall(
                        (request, responses) -> {
                          responses.onNext(version);
                          responses.onCompleted();
                        }))
                .build());
    models.startGrpc("greeter", version, server.getPort());
  }

  @BeforeEach
  void start() throws IOException {
    backend("v1");
    backend("v2");
    models.configure(rules(80, 20));
    ads = new AdsServer(models, Pacing.NONE, Pacing.NONE, () -> null);
    control = serve(ads.service());
    resolver =
        XdsNameResolverProvider.createForTest(
            SCHEME,
            Map.of(
                "node",
                Map.of("id", "sidecar~127.0.0.1~client.default~default.svc.cluster.local"),
                "xds_servers",
                List.of(
                    Map.of(
                        "server_uri",
                        "127.0.0.1:" + control.getPort(),
                        "channel_creds",
                        List.of(Map.of("type", "insecure")),
                        "server_features",
                        List.of("xds_v3")))));
    NameResolverRegistry.getDefaultRegistry().register(resolver);
    channel =
        Grpc.newChannelBuilder(SCHEME + ":///greeter:9000", InsecureChannelCredentials.create())
            .build();
  }

  @AfterEach
  void stop() throws InterruptedException {
    channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    NameResolverRegistry.getDefaultRegistry().deregister(resolver);
    servers.forEach(Server::shutdownNow);
    ads.close();
  }

  private static String rules(int v1, int v2) {
    return """
    apiVersion: v1
    kind: Service
    metadata: {name: greeter, namespace: default}
    spec:
      selector: {app: greeter}
      ports: [{name: grpc, port: 9000}]
    ---
    apiVersion: networking.istio.io/v1
    kind: DestinationRule
    metadata: {name: greeter, namespace: default}
    spec:
      host: greeter
      subsets:
      - {name: v1, labels: {version: v1}}
      - {name: v2, labels: {version: v2}}
    ---
    apiVersion: networking.istio.io/v1
    kind: VirtualService
    metadata: {name: greeter, namespace: default}
    spec:
      hosts: [greeter]
      http:
      - timeout: 5s
        route:
        - {destination: {host: greeter, subset: v1}, weight: %d}
        - {destination: {host: greeter, subset: v2}, weight: %d}
    """
        .formatted(v1, v2);
  }

  private String who() {
    return ClientCalls.blockingUnaryCall(
        channel, WHO, CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS), "");
  }

  private int countOfV1(int calls) {
    int count = 0;
    for (int i = 0; i < calls; i++) {
      count += who().equals("v1") ? 1 : 0;
    }
    return count;
  }

  @Test
  void followsASplitAndALiveShift() {
    // 1000 draws at 0.8: six standard deviations are 76.
    assertThat(countOfV1(1000)).isBetween(724, 876);
    models.configure(rules(0, 100));
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> countOfV1(50) == 0);
    assertThat(countOfV1(300)).isZero();
    models.configure(rules(50, 50));
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> countOfV1(50) > 0);
    assertThat(countOfV1(1000)).isBetween(405, 595);
    assertThat(ads.counters().rejections(ResourceType.ROUTES)).isZero();
  }

  @Test
  void keepsWhatItHadWhenItRefusesAndIsNotAskedAgain() {
    assertThat(countOfV1(100)).isPositive();
    // More than a 32-bit sum of weights: valid for us, not for gRPC.
    models.set(withWeights(models.current(), Integer.MAX_VALUE));
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> ads.counters().rejections(ResourceType.ROUTES) == 1);
    for (int i = 0; i < 20; i++) {
      models.set(withWeights(models.current(), Integer.MAX_VALUE));
      assertThat(countOfV1(20)).isPositive();
    }
    assertThat(ads.counters().rejections(ResourceType.ROUTES)).isEqualTo(1);
    assertThat(ads.clients().get(0).sync()).isEqualTo(ClientStatus.Sync.NACK);

    models.configure(rules(0, 100));
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> countOfV1(50) == 0);
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> ads.clients().get(0).sync() == ClientStatus.Sync.SYNCED);
  }

  @Test
  void findsTheControlServiceAgain() throws Exception {
    assertThat(countOfV1(50)).isPositive();
    int port = control.getPort();
    control.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    assertThat(countOfV1(300)).as("while nobody answers").isPositive();
    models.configure(rules(0, 100));
    ads.close();
    ads = new AdsServer(models, Pacing.NONE, Pacing.NONE, () -> null); // it remembers nobody
    serve(ads.service(), port);
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> countOfV1(50) == 0);
    models.configure(rules(100, 0));
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> countOfV1(50) == 50);
    assertThat(ads.counters().rejections(ResourceType.ROUTES)).isZero();
  }

  private static MeshModel withWeights(MeshModel model, int weight) {
    List<WeightedDestination> split = new ArrayList<>();
    for (String subset : List.of("v1", "v2", "v1")) {
      Destination destination =
          new Destination(new Fqdn("greeter.default.svc.cluster.local"), 9000, subset);
      split.add(new WeightedDestination(destination, weight, HeaderEdits.NONE));
    }
    RoutingRule rule = model.rules().get(0);
    HttpRoute route =
        new HttpRoute(
            "", List.of(), new RouteAction.Forward(split), RouteSettings.NONE, rule.location());
    return new MeshModel(
        model.settings(),
        new MeshModel.Content(
            model.services(),
            model.workloads(),
            List.of(
                new RoutingRule(
                    rule.id(),
                    rule.hosts(),
                    rule.exportTo(),
                    List.of(route),
                    rule.l4(),
                    rule.location())),
            model.policies(),
            model.peerPolicies(),
            model.sidecars(),
            model.groups()),
        List.of());
  }
}
