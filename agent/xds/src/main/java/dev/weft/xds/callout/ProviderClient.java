package dev.weft.xds.callout;

import dev.weft.engine.extauthz.AuthorizationService;
import dev.weft.engine.extauthz.AuthorizationService.Mutation.Kind;
import dev.weft.engine.extauthz.HttpCheck;
import dev.weft.xds.proto.Address;
import dev.weft.xds.proto.AttributeContext;
import dev.weft.xds.proto.AttributeContextHttpRequest;
import dev.weft.xds.proto.AttributeContextPeer;
import dev.weft.xds.proto.AttributeContextRequest;
import dev.weft.xds.proto.CheckRequest;
import dev.weft.xds.proto.CheckResponse;
import dev.weft.xds.proto.DeniedHttpResponse;
import dev.weft.xds.proto.HeaderValue;
import dev.weft.xds.proto.HeaderValueOption;
import dev.weft.xds.proto.HeaderValueOptionHeaderAppendAction;
import dev.weft.xds.proto.OkHttpResponse;
import dev.weft.xds.proto.SocketAddress;
import dev.weft.xds.proto.Timestamp;
import dev.weft.xds.wire.IgnoredFields;
import dev.weft.xds.wire.InvalidMessageException;
import dev.weft.xds.wire.WireReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Speaks {@code envoy.service.auth.v3.Authorization}, and HTTP/1.1 to those who do not. */
public final class ProviderClient implements AuthorizationService {

  private static final String METHOD = "envoy.service.auth.v3.Authorization/Check";
  private static final int FORBIDDEN = 403;

  private final Callouts callouts;
  private final HttpCallouts http;
  private final InstantSource clock;

  public ProviderClient(Callouts callouts, HttpCallouts http, InstantSource clock) {
    this.callouts = callouts;
    this.http = http;
    this.clock = clock;
  }

  @Override
  public CompletionStage<HttpReply> send(To provider, HttpCheck.Request request) {
    return http.send(provider.address(), request, provider.timeout());
  }

  @Override
  public CompletionStage<Decision> check(To provider, Attributes request) {
    return callouts
        .call(
            new Callouts.Target(provider.address(), provider.authority()),
            METHOD,
            encode(request, clock.instant()),
            provider.timeout())
        .thenApply(
            reply ->
                reply instanceof Callouts.Reply.Message message
                    ? decode(message.bytes())
                    : new Decision.Failed(((Callouts.Reply.Failed) reply).reason()));
  }

  static byte[] encode(Attributes request, Instant now) {
    AttributeContextHttpRequest http =
        new AttributeContextHttpRequest()
            .method(request.method())
            .headers(request.headers())
            .path(request.path())
            .host(request.host())
            .scheme(request.scheme())
            .size(request.size())
            .protocol(request.protocol());
    AttributeContextRequest about =
        new AttributeContextRequest()
            .time(new Timestamp().seconds(now.getEpochSecond()).nanos(now.getNano()))
            .http(http);
    AttributeContext attributes =
        new AttributeContext()
            .source(peer(request.source(), request.principal()))
            .destination(peer(request.destination(), request.ownPrincipal()))
            .request(about);
    return new CheckRequest().attributes(attributes).toByteArray();
  }

  private static AttributeContextPeer peer(@Nullable InetSocketAddress address, String principal) {
    AttributeContextPeer peer = new AttributeContextPeer().principal(principal);
    if (address != null && address.getAddress() != null) {
      SocketAddress socket =
          new SocketAddress()
              .address(address.getAddress().getHostAddress())
              .portValue(address.getPort());
      peer.address(new Address().socketAddress(socket));
    }
    return peer;
  }

  static Decision decode(byte[] bytes) {
    try {
      CheckResponse response = CheckResponse.parse(new WireReader(bytes, IgnoredFields.UNHEARD));
      // As Envoy: without a status it is OK, and without anything it is not an answer.
      if (bytes.length == 0) {
        return new Decision.Failed("an empty answer");
      }
      if (response.status() == null || response.status().code() == 0) {
        return allowed(response.okResponse());
      }
      return denied(response.deniedResponse());
    } catch (InvalidMessageException e) {
      return new Decision.Failed("an answer that cannot be followed: " + e.getMessage());
    }
  }

  private static Decision allowed(@Nullable OkHttpResponse ok) {
    return ok == null
        ? new Decision.Allowed(List.of(), List.of(), List.of())
        : new Decision.Allowed(
            mutations(ok.headers(), Kind.SET),
            ok.headersToRemove(),
            mutations(ok.responseHeadersToAdd(), Kind.ADD));
  }

  private static Decision denied(@Nullable DeniedHttpResponse denied) {
    if (denied == null) {
      return new Decision.Denied(FORBIDDEN, List.of(), new byte[0]);
    }
    List<Entry<String, String>> headers = new ArrayList<>();
    for (Mutation each : mutations(denied.headers(), Kind.ADD)) {
      headers.add(Map.entry(each.name(), each.value()));
    }
    int status = denied.status() == null ? 0 : denied.status().code();
    return new Decision.Denied(
        status == 0 ? FORBIDDEN : status, headers, denied.body().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * @param usual where nothing is said: the API's default cannot be told from its absence
   */
  private static List<Mutation> mutations(List<HeaderValueOption> options, Kind usual) {
    List<Mutation> mutations = new ArrayList<>();
    for (HeaderValueOption option : options) {
      HeaderValue header = option.header();
      if (header != null) {
        mutations.add(new Mutation(kind(option, usual), header.key(), header.value()));
      }
    }
    return mutations;
  }

  private static Kind kind(HeaderValueOption option, Kind usual) {
    if (option.append() != null) {
      return option.append().value() ? Kind.APPEND_IF_PRESENT : Kind.SET;
    }
    return switch (option.appendAction()) {
      case HeaderValueOptionHeaderAppendAction.ADD_IF_ABSENT -> Kind.ADD_IF_ABSENT;
      case HeaderValueOptionHeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD -> Kind.SET;
      case HeaderValueOptionHeaderAppendAction.OVERWRITE_IF_EXISTS -> Kind.OVERWRITE_IF_PRESENT;
      default -> usual;
    };
  }
}
