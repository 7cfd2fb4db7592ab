package dev.weft.control.xds;

import static dev.weft.control.xds.resource.ResourceType.INBOUND_HTTP;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit;
import io.envoyproxy.envoy.extensions.filters.http.ratelimit.v3.RateLimit;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.rate_limit_descriptors.expr.v3.Descriptor;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a workload is told to do with the requests that arrive there. */
class InboundHttpTest {

  private static final String NAME = "default?app=reviews&version=v1";

  private static final String LIMITS =
      """
      apiVersion: weft.dev/v1alpha1
      kind: RateLimit
      metadata: {name: reviews, namespace: default}
      spec:
        selector: {matchLabels: {app: reviews}}
        local:
        - name: all
          tokenBucket: {maxTokens: 3, fillInterval: 2s}
        - name: user
          match: {uri: {exact: /a.b}}
          actions:
          - requestHeaders: {headerName: x-user}
          - sourcePrincipal: {}
          tokenBucket: {maxTokens: 10, tokensPerFill: 5, fillInterval: 1m}
          overrides:
          - values: {x-user: jason}
            tokenBucket: {maxTokens: 20, fillInterval: 1s}
          maxKeys: 7
          enableXRatelimitHeaders: DRAFT_VERSION_03
          rateLimitedAsResourceExhausted: true
      """;

  private static final JsonFormat.Printer JSON =
      JsonFormat.printer()
          .preservingProtoFieldNames()
          .omittingInsignificantWhitespace()
          .usingTypeRegistry(
              TypeRegistry.newBuilder()
                  .add(LocalRateLimit.getDescriptor())
                  .add(RateLimit.getDescriptor())
                  .add(Router.getDescriptor())
                  .add(Descriptor.getDescriptor())
                  .build());

  private final Models models = new Models();
  private Running running;

  @BeforeEach
  void start() throws IOException {
    running = new Running(models);
  }

  @AfterEach
  void stop() throws Exception {
    running.close();
  }

  private static HttpConnectionManager manager(DeltaDiscoveryResponse response) throws Exception {
    assertThat(DeltaPeer.names(response)).containsExactly(NAME);
    return response.getResources(0).getResource().unpack(HttpConnectionManager.class);
  }

  private static String filter(HttpConnectionManager manager, int index) throws Exception {
    return JSON.print(manager.getHttpFilters(index).getTypedConfig());
  }

  @Test
  void limitsFollowTheLabelsOfTheWorkload() throws Exception {
    models.start("reviews", "v1", 9080);
    try (DeltaPeer peer = DeltaPeer.weft(running.channel())) {
      peer.subscribe(INBOUND_HTTP, NAME);
      assertThat(peer.next(INBOUND_HTTP).getRemovedResourcesList()).containsExactly(NAME);
      models.configure(LIMITS);
      HttpConnectionManager manager = manager(peer.next(INBOUND_HTTP));
      assertThat(manager.getHttpFiltersCount()).isEqualTo(3);
      assertThat(filter(manager, 0))
          .contains(
              "\"stat_prefix\":\"default/reviews/all\"",
              "\"token_bucket\":{\"max_tokens\":3,\"tokens_per_fill\":1,\"fill_interval\":\"2s\"}")
          .doesNotContain("\"descriptors\"", "rate_limits");
      assertThat(filter(manager, 1))
          .contains(
              "\"descriptors\":[{\"entries\":[{\"key\":\"header_match\",\"value\":\"matches\"},"
                  + "{\"key\":\"x-user\",\"value\":\"jason\"},{\"key\":\"source_principal\"}],"
                  + "\"token_bucket\":{\"max_tokens\":20,\"tokens_per_fill\":1,"
                  + "\"fill_interval\":\"1s\"}},",
              "{\"key\":\"x-user\"},{\"key\":\"source_principal\"}],\"token_bucket\":"
                  + "{\"max_tokens\":10,\"tokens_per_fill\":5,\"fill_interval\":\"60s\"}}]",
              "\"regex\":\"\\\\/a\\\\.b(?:[?].*)?\"",
              "\"text\":\"connection.uri_san_peer_certificate\"",
              "\"enable_x_ratelimit_headers\":\"DRAFT_VERSION_03\"",
              "\"rate_limited_as_resource_exhausted\":true",
              "\"max_dynamic_descriptors\":7");
      models.start("other", "v1", 9099);
      running.settle();
      peer.expectNothing();
      models.configure(LIMITS.replace("app: reviews", "app: other"));
      assertThat(peer.next(INBOUND_HTTP).getRemovedResourcesList()).containsExactly(NAME);
    }
  }
}
