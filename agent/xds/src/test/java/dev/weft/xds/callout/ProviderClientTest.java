package dev.weft.xds.callout;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.BoolValue;
import com.google.rpc.Status;
import dev.weft.engine.extauthz.AuthorizationService.Attributes;
import dev.weft.engine.extauthz.AuthorizationService.Decision;
import dev.weft.engine.extauthz.AuthorizationService.Mutation;
import dev.weft.engine.extauthz.AuthorizationService.Mutation.Kind;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.core.v3.QueryParameter;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.envoyproxy.envoy.service.auth.v3.DeniedHttpResponse;
import io.envoyproxy.envoy.service.auth.v3.OkHttpResponse;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is said to providers over gRPC, and what of their answers is understood. */
class ProviderClientTest {

  private static final Attributes REQUEST =
      new Attributes(
          new InetSocketAddress("10.1.2.3", 4567),
          "spiffe://cluster.local/ns/default/sa/client",
          new InetSocketAddress("10.0.0.1", 8080),
          "",
          "GET",
          "/a?b",
          "reviews:9080",
          "http",
          "HTTP/1.1",
          Map.of("x-user", "a,b", ":path", "/a?b"),
          -1);

  @Test
  void asksInEnvoysWords() throws Exception {
    AttributeContext asked =
        CheckRequest.parseFrom(ProviderClient.encode(REQUEST, Instant.ofEpochSecond(7, 8)))
            .getAttributes();
    AttributeContext.Peer source = asked.getSource();
    assertThat(source.getPrincipal()).isEqualTo("spiffe://cluster.local/ns/default/sa/client");
    assertThat(source.getAddress().getSocketAddress().getAddress()).isEqualTo("10.1.2.3");
    assertThat(source.getAddress().getSocketAddress().getPortValue()).isEqualTo(4567);
    assertThat(asked.getDestination().getPrincipal()).isEmpty();
    assertThat(asked.getDestination().getAddress().getSocketAddress().getPortValue())
        .isEqualTo(8080);
    assertThat(asked.getRequest().getTime().getSeconds()).isEqualTo(7);
    AttributeContext.HttpRequest http = asked.getRequest().getHttp();
    assertThat(http.getMethod()).isEqualTo("GET");
    assertThat(http.getPath()).isEqualTo("/a?b");
    assertThat(http.getHost()).isEqualTo("reviews:9080");
    assertThat(http.getScheme()).isEqualTo("http");
    assertThat(http.getProtocol()).isEqualTo("HTTP/1.1");
    assertThat(http.getSize()).isEqualTo(-1);
    assertThat(http.getHeadersMap()).isEqualTo(REQUEST.headers());
  }

  private static HeaderValueOption.Builder header(String name, String value) {
    return HeaderValueOption.newBuilder()
        .setHeader(HeaderValue.newBuilder().setKey(name).setValue(value));
  }

  private static Decision decode(CheckResponse.Builder response) {
    return ProviderClient.decode(response.build().toByteArray());
  }

  @Test
  @SuppressWarnings("deprecation") // what providers send
  void understandsWhatLetsIn() {
    OkHttpResponse.Builder ok =
        OkHttpResponse.newBuilder()
            .addHeaders(header("a", "1"))
            .addHeaders(header("b", "2").setAppend(BoolValue.of(true)))
            .addHeaders(header("c", "3").setAppend(BoolValue.of(false)))
            .addHeaders(header("d", "4").setAppendAction(HeaderAppendAction.ADD_IF_ABSENT))
            .addHeaders(header("e", "5").setAppendAction(HeaderAppendAction.OVERWRITE_IF_EXISTS))
            .addHeadersToRemove("f")
            .addResponseHeadersToAdd(header("g", "6"));
    Decision.Allowed allowed =
        (Decision.Allowed)
            decode(
                CheckResponse.newBuilder()
                    .setStatus(Status.getDefaultInstance())
                    .setOkResponse(ok));
    assertThat(allowed.headers())
        .as("what is not said to be appended replaces what the caller sent")
        .containsExactly(
            new Mutation(Kind.SET, "a", "1"),
            new Mutation(Kind.APPEND_IF_PRESENT, "b", "2"),
            new Mutation(Kind.SET, "c", "3"),
            new Mutation(Kind.ADD_IF_ABSENT, "d", "4"),
            new Mutation(Kind.OVERWRITE_IF_PRESENT, "e", "5"));
    assertThat(allowed.remove()).containsExactly("f");
    assertThat(allowed.response()).containsExactly(new Mutation(Kind.ADD, "g", "6"));
    assertThat(decode(CheckResponse.newBuilder().setStatus(Status.getDefaultInstance())))
        .isInstanceOf(Decision.Allowed.class);
  }

  @Test
  void understandsWhatRefuses() {
    Decision.Denied denied =
        (Decision.Denied)
            decode(
                CheckResponse.newBuilder()
                    .setStatus(Status.newBuilder().setCode(7))
                    .setDeniedResponse(
                        DeniedHttpResponse.newBuilder()
                            .setStatus(HttpStatus.newBuilder().setCodeValue(401))
                            .addHeaders(header("set-cookie", "a"))
                            .addHeaders(header("set-cookie", "b"))
                            .setBody("who?")));
    assertThat(denied.status()).isEqualTo(401);
    assertThat(denied.headers())
        .containsExactly(Map.entry("set-cookie", "a"), Map.entry("set-cookie", "b"));
    assertThat(denied.body()).asString(StandardCharsets.UTF_8).isEqualTo("who?");
    Decision bare =
        decode(
            CheckResponse.newBuilder()
                .setStatus(Status.newBuilder().setCode(7))
                .setOkResponse(OkHttpResponse.getDefaultInstance()));
    assertThat(((Decision.Denied) bare).status()).as("the status decides").isEqualTo(403);
  }

  @Test
  void whatCannotBeFollowedIsNoAnswer() {
    OkHttpResponse.Builder removes = OkHttpResponse.newBuilder().addQueryParametersToRemove("t");
    OkHttpResponse.Builder sets =
        OkHttpResponse.newBuilder().addQueryParametersToSet(QueryParameter.getDefaultInstance());
    for (OkHttpResponse.Builder each : List.of(removes, sets)) {
      assertThat(
              decode(
                  CheckResponse.newBuilder()
                      .setStatus(Status.getDefaultInstance())
                      .setOkResponse(each)))
          .isInstanceOf(Decision.Failed.class);
    }
    assertThat(ProviderClient.decode(new byte[0])).isInstanceOf(Decision.Failed.class);
    assertThat(ProviderClient.decode(new byte[] {9})).isInstanceOf(Decision.Failed.class);
  }

  @Test
  void noBytesAreTooMuch() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      assertThat(ProviderClient.decode(bytes)).isNotNull();
    }
  }
}
