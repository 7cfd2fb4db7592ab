package dev.weft.xds;

import static dev.weft.xds.ScriptedControl.AUTHORIZATION;
import static dev.weft.xds.ScriptedControl.HOSTS;
import static dev.weft.xds.ScriptedControl.resource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import dev.weft.control.api.v1.Authorization;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may ask what of a workload, as it comes and as it fails to. */
class AuthorizationTest {

  private static final String NAME = "default?app=web&version=v1";

  private ScriptedControl control;
  private ClientUnderTest agent;

  @BeforeEach
  void start() throws IOException {
    control = new ScriptedControl().withoutAuthorization();
    agent = new ClientUnderTest(control.port());
  }

  @AfterEach
  void stop() throws InterruptedException {
    agent.close();
    control.close();
  }

  private static Authorization denying(String type) {
    Any filter =
        Any.pack(
            io.envoyproxy
                .envoy
                .extensions
                .filters
                .http
                .rbac
                .v3
                .RBAC
                .newBuilder()
                .setRules(RBAC.newBuilder().setAction(RBAC.Action.DENY))
                .build());
    return Authorization.newBuilder()
        .addFilters(
            Authorization.Filter.newBuilder()
                .setTypeUrl(type.isEmpty() ? filter.getTypeUrl() : type)
                .setValue(filter.getValue()))
        .build();
  }

  private DeltaDiscoveryRequest asked() throws InterruptedException {
    return Objects.requireNonNull(control.ofAuthorization.poll(20, TimeUnit.SECONDS));
  }

  private void awaitFilters(int count) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(Objects.requireNonNull(agent.last().authorization()).filters())
                    .hasSize(count));
  }

  @Test
  void nothingIsReadyWithoutIt() throws Exception {
    assertThat(asked().getResourceNamesSubscribeList()).containsExactly(NAME);
    control.next(HOSTS);
    control.send(HOSTS, resource("default", "1", Samples.hosts("reviews")));
    control.next(HOSTS);
    assertThat(agent.client.ready().toCompletableFuture()).isNotDone();
    control.send(AUTHORIZATION, resource(NAME, "1", Authorization.getDefaultInstance()));
    agent.client.ready().toCompletableFuture().get(20, TimeUnit.SECONDS);
    awaitFilters(0);
  }

  @Test
  void whatCannotBeReadLetsNothingInUntilItCan() throws InterruptedException {
    asked();
    control.send(AUTHORIZATION, resource(NAME, "1", denying("")));
    assertThat(asked().hasErrorDetail()).isFalse();
    awaitFilters(1);
    control.send(AUTHORIZATION, resource(NAME, "2", denying("type.googleapis.com/of.tomorrow")));
    assertThat(asked().getErrorDetail().getMessage())
        .contains("filters[0]: type.googleapis.com/of.tomorrow (expected: ");
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(agent.last().authorization())
                    .isEqualTo(dev.weft.engine.config.Authorization.UNREADABLE));
    control.send(AUTHORIZATION, resource(NAME, "3", Authorization.getDefaultInstance()));
    awaitFilters(0);
  }

  @Test
  void whatIsGoneIsNotForgotten() throws InterruptedException {
    asked();
    control.send(AUTHORIZATION, resource(NAME, "1", denying("")));
    awaitFilters(1);
    control.send(AUTHORIZATION, List.of(), List.of(NAME));
    control.next(HOSTS);
    control.send(HOSTS, resource("default", "1", Samples.hosts("reviews")));
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(agent.last().hosts()).isNotNull());
    awaitFilters(1);
  }
}
