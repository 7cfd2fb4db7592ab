package dev.weft.xds;

import static dev.weft.xds.ScriptedControl.resource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.protobuf.util.Durations;
import dev.weft.engine.config.RateLimit;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.config.ratelimit.v3.RateLimitServiceConfig;
import io.envoyproxy.envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.envoyproxy.envoy.type.v3.TokenBucket;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Limits of what arrives, from the wire to a snapshot. */
class LimitsTest {

  private static final String NAME = "default?app=web&version=v1";

  private static final RuntimeFractionalPercent ALL =
      RuntimeFractionalPercent.newBuilder()
          .setDefaultValue(FractionalPercent.newBuilder().setNumerator(100))
          .build();

  private static final HttpFilter LOCAL =
      HttpFilter.newBuilder()
          .setName("local")
          .setTypedConfig(
              Any.pack(
                  LocalRateLimit.newBuilder()
                      .setStatPrefix("local")
                      .setFilterEnabled(ALL)
                      .setFilterEnforced(ALL)
                      .setTokenBucket(
                          TokenBucket.newBuilder()
                              .setMaxTokens(1)
                              .setFillInterval(Durations.fromSeconds(1)))
                      .build()))
          .build();

  private static final HttpFilter GLOBAL =
      HttpFilter.newBuilder()
          .setName("global")
          .setTypedConfig(
              Any.pack(
                  io.envoyproxy.envoy.extensions.filters.http.ratelimit.v3.RateLimit.newBuilder()
                      .setDomain("shop")
                      .setRateLimitService(
                          RateLimitServiceConfig.newBuilder()
                              .setGrpcService(
                                  GrpcService.newBuilder()
                                      .setEnvoyGrpc(
                                          GrpcService.EnvoyGrpc.newBuilder()
                                              .setClusterName("rls"))))
                      .build()))
          .build();

  private ScriptedControl control;
  private ClientUnderTest agent;

  @BeforeEach
  void start() throws IOException {
    control = new ScriptedControl();
    agent = new ClientUnderTest(control.port());
  }

  @AfterEach
  void stop() throws InterruptedException {
    agent.close();
    control.close();
  }

  private static HttpConnectionManager manager(HttpFilter... filters) {
    return HttpConnectionManager.newBuilder().addAllHttpFilters(List.of(filters)).build();
  }

  private DeltaDiscoveryRequest asked() throws InterruptedException {
    DeltaDiscoveryRequest request = control.ofArriving.poll(20, TimeUnit.SECONDS);
    assertThat(request).isNotNull();
    return request;
  }

  private void awaitLimits(int count) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(agent.last().limits()).hasSize(count));
  }

  @Test
  void comeByTheNameOfTheWorkloadAndGo() throws InterruptedException {
    assertThat(asked().getResourceNamesSubscribeList()).containsExactly(NAME);
    control.send(ScriptedControl.INBOUND_HTTP, resource(NAME, "1", manager(LOCAL)));
    assertThat(asked().getErrorDetail().getMessage()).isEmpty();
    awaitLimits(1);
    control.send(ScriptedControl.INBOUND_HTTP, List.of(), List.of(NAME));
    awaitLimits(0);
  }

  @Test
  void waitForThoseWhoCount() throws InterruptedException {
    asked();
    control.send(ScriptedControl.INBOUND_HTTP, resource(NAME, "1", manager(LOCAL)));
    awaitLimits(1);
    control.send(ScriptedControl.INBOUND_HTTP, resource(NAME, "2", manager(LOCAL, GLOBAL)));
    assertThat(control.next(ScriptedControl.HOSTS)).isNotNull();
    assertThat(control.next(ScriptedControl.CLUSTERS).getResourceNamesSubscribeList())
        .containsExactly("rls");
    assertThat(agent.last().limits()).as("the last ones stay").hasSize(1);
    control.send(ScriptedControl.CLUSTERS, resource("rls", "1", Samples.cluster("rls")));
    control.send(ScriptedControl.ENDPOINTS, resource("rls", "1", Samples.endpoints("rls", 7)));
    awaitLimits(2);
    agent.awaitPorts("rls", 7);
    assertThat(((RateLimit.Global) agent.last().limits().get(1)).cluster()).isEqualTo("rls");
  }

  @Test
  void stayWhereTheirSuccessorsCannotBeRead() throws InterruptedException {
    asked();
    control.send(ScriptedControl.INBOUND_HTTP, resource(NAME, "1", manager(LOCAL)));
    asked();
    awaitLimits(1);
    HttpFilter broken = LOCAL.toBuilder().setTypedConfig(Any.getDefaultInstance()).build();
    control.send(ScriptedControl.INBOUND_HTTP, resource(NAME, "2", manager(broken)));
    assertThat(asked().getErrorDetail().getMessage()).contains("http_filters[0].typed_config");
    assertThat(agent.last().limits()).hasSize(1);
  }
}
