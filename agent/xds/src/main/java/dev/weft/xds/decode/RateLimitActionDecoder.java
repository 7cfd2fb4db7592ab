package dev.weft.xds.decode;

import dev.weft.engine.config.RateLimit.Action;
import dev.weft.engine.config.RouteMatch.HeaderMatch;
import dev.weft.xds.proto.ExprDescriptor;
import dev.weft.xds.proto.RouteRateLimit;
import dev.weft.xds.proto.RouteRateLimitAction;
import dev.weft.xds.proto.RouteRateLimitActionGenericKey;
import dev.weft.xds.proto.RouteRateLimitActionHeaderValueMatch;
import dev.weft.xds.proto.RouteRateLimitActionRequestHeaders;
import dev.weft.xds.proto.TypedExtensionConfig;
import dev.weft.xds.wire.IgnoredFields;
import dev.weft.xds.wire.InvalidMessageException;
import dev.weft.xds.wire.WireReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code envoy.config.route.v3.RateLimit}: what descriptors are made of. */
final class RateLimitActionDecoder {

  private static final String EXPRESSION =
      "type.googleapis.com/envoy.extensions.rate_limit_descriptors.expr.v3.Descriptor";

  private final IgnoredFields ignored;

  RateLimitActionDecoder(IgnoredFields ignored) {
    this.ignored = ignored;
  }

  List<Action> of(RouteRateLimit limit, Where where)
      throws InvalidResourceException, InvalidMessageException {
    List<Action> actions = new ArrayList<>();
    for (int i = 0; i < limit.actions().size(); i++) {
      actions.add(action(limit.actions().get(i), where.in("actions", i)));
    }
    if (actions.isEmpty()) {
      throw where.in("actions").refuse("absent (expected: one at least)");
    }
    return actions;
  }

  private Action action(RouteRateLimitAction action, Where where)
      throws InvalidResourceException, InvalidMessageException {
    RouteRateLimitActionRequestHeaders header = action.requestHeaders();
    if (header != null) {
      return new Action.RequestHeader(
          key(header.descriptorKey(), where),
          given(header.headerName(), where.in("header_name")).toLowerCase(Locale.ROOT));
    }
    if (action.remoteAddress() != null) {
      return new Action.RemoteAddress("remote_address");
    }
    RouteRateLimitActionGenericKey generic = action.genericKey();
    if (generic != null) {
      return new Action.GenericKey(
          generic.descriptorKey().isEmpty() ? "generic_key" : generic.descriptorKey(),
          given(generic.descriptorValue(), where.in("descriptor_value")));
    }
    if (action.headerValueMatch() != null) {
      return match(action.headerValueMatch(), where.in("header_value_match"));
    }
    if (action.extension() != null) {
      return expression(action.extension(), where.in("extension"));
    }
    throw where.refuse("none that is known (expected: an action)");
  }

  private static Action match(RouteRateLimitActionHeaderValueMatch match, Where where)
      throws InvalidResourceException {
    List<HeaderMatch> headers = new ArrayList<>();
    for (int i = 0; i < match.headers().size(); i++) {
      headers.add(MatchDecoder.header(match.headers().get(i), where.in("headers", i)));
    }
    return new Action.HeaderValueMatch(
        match.descriptorKey().isEmpty() ? "header_match" : match.descriptorKey(),
        given(match.descriptorValue(), where.in("descriptor_value")),
        match.expectMatch() == null || match.expectMatch().value(),
        headers);
  }

  // A language of its own, of which two words are known.
  private Action expression(TypedExtensionConfig extension, Where where)
      throws InvalidResourceException, InvalidMessageException {
    WireReader config = Extensions.config(extension, EXPRESSION, new Decoding(ignored, where));
    ExprDescriptor descriptor = ExprDescriptor.parse(config);
    String key = key(descriptor.descriptorKey(), where);
    String text = descriptor.text() == null ? "" : descriptor.text();
    return switch (text) {
      case "connection.uri_san_peer_certificate" -> new Action.Principal(key);
      case "request.url_path" -> new Action.Path(key);
      default ->
          throw where
              .in("text")
              .refuse(
                  "\""
                      + text
                      + "\" (expected: connection.uri_san_peer_certificate or request.url_path)");
    };
  }

  private static String key(String key, Where where) throws InvalidResourceException {
    return given(key, where.in("descriptor_key"));
  }

  private static String given(String text, Where where) throws InvalidResourceException {
    if (text.isEmpty()) {
      throw where.refuse("empty (expected: some text)");
    }
    return text;
  }
}
