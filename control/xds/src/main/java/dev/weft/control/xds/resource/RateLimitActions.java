package dev.weft.control.xds.resource;

import com.google.protobuf.Any;
import dev.weft.control.model.RateLimitPolicy.Action;
import dev.weft.control.model.RateLimitPolicy.Condition;
import dev.weft.control.model.StringMatch;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.RateLimit;
import io.envoyproxy.envoy.extensions.rate_limit_descriptors.expr.v3.Descriptor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What makes descriptors of requests, in Envoy's words. */
final class RateLimitActions {

  /** Envoy's own key of the entry that a condition adds. */
  static final String MATCH_KEY = "header_match";

  static final String MATCHES = "matches";

  /** Envoy has no action for these two, but attributes. */
  private static final String PRINCIPAL = "connection.uri_san_peer_certificate";

  private static final String PATH = "request.url_path";

  private RateLimitActions() {}

  static RateLimit of(Condition match, List<Action> actions) {
    RateLimit.Builder built = RateLimit.newBuilder();
    if (!match.equals(Condition.NONE)) {
      built.addActions(
          RateLimit.Action.newBuilder()
              .setHeaderValueMatch(
                  RateLimit.Action.HeaderValueMatch.newBuilder()
                      .setDescriptorKey(MATCH_KEY)
                      .setDescriptorValue(MATCHES)
                      .addAllHeaders(headers(match))));
    }
    actions.forEach(each -> built.addActions(action(each)));
    return built.build();
  }

  private static List<HeaderMatcher> headers(Condition match) {
    return Matches.headers(
        match.uri() == null ? null : pathAndQuery(match.uri()),
        match.method(),
        match.authority(),
        match.headers(),
        match.withoutHeaders());
  }

  /** A condition on the path alone, as one on {@code :path}, which has the query, too. */
  private static @Nullable StringMatch pathAndQuery(StringMatch uri) {
    String query = "(?:[?].*)?";
    if (uri instanceof StringMatch.Exact exact) {
      return new StringMatch.Regex(Wildcards.quoted(exact.value()) + query);
    }
    return uri instanceof StringMatch.Regex regex
        ? new StringMatch.Regex("(?:" + regex.pattern() + ")" + query)
        : uri;
  }

  private static RateLimit.Action action(Action action) {
    RateLimit.Action.Builder built = RateLimit.Action.newBuilder();
    if (action instanceof Action.RequestHeader header) {
      built.setRequestHeaders(
          RateLimit.Action.RequestHeaders.newBuilder()
              .setHeaderName(header.name())
              .setDescriptorKey(header.key()));
    } else if (action instanceof Action.RemoteAddress) {
      built.setRemoteAddress(RateLimit.Action.RemoteAddress.getDefaultInstance());
    } else if (action instanceof Action.GenericKey generic) {
      built.setGenericKey(
          RateLimit.Action.GenericKey.newBuilder()
              .setDescriptorKey(generic.key())
              .setDescriptorValue(generic.value()));
    } else {
      built.setExtension(
          expression(action.key(), action instanceof Action.Path ? PATH : PRINCIPAL));
    }
    return built.build();
  }

  private static TypedExtensionConfig expression(String key, String text) {
    return TypedExtensionConfig.newBuilder()
        .setName("envoy.rate_limit_descriptors.expr")
        .setTypedConfig(
            Any.pack(Descriptor.newBuilder().setDescriptorKey(key).setText(text).build()))
        .build();
  }
}
