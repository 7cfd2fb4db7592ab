package dev.weft.control.config.istio;

import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.config.yaml.Excerpt;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.RouteAction;
import dev.weft.control.model.RouteAction.DirectResponse;
import dev.weft.control.model.RouteAction.Forward;
import dev.weft.control.model.RouteAction.Port;
import dev.weft.control.model.RouteAction.Redirect;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what a route does with a request. */
final class ActionReader {

  /** What Envoy can answer; istiod takes any other of 3xx, and Envoy then refuses all routes. */
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private static final int MOVED_PERMANENTLY = 301;

  /** istiod's limit. */
  private static final int LARGEST_BODY = 1 << 20;

  private final ObjectReader route;
  private final DestinationReader destinations;

  ActionReader(ObjectReader route, DestinationReader destinations) {
    this.route = route;
    this.destinations = destinations;
  }

  RouteAction read() {
    if (route.has("redirect")) {
      return redirect(route.object("redirect"));
    }
    return route.has("directResponse")
        ? response(route.object("directResponse"))
        : new Forward(destinations.weighted(route));
  }

  private Redirect redirect(ObjectReader redirect) {
    List<String> parts = List.of("uri", "prefixRewrite", "authority", "scheme");
    boolean port = redirect.has("port") || redirect.has("derivePort");
    if (!port && parts.stream().allMatch(part -> redirect.text(part).isEmpty())) {
      redirect.report(
          FindingCode.MISSING, "changes nothing (expected: uri, authority, scheme or port)");
    }
    String scheme = redirect.text("scheme");
    if (!Set.of("", "http", "https").contains(scheme)) {
      redirect.report(
          FindingCode.INVALID, "scheme", Excerpt.of(scheme) + " (expected: http or https)");
    }
    int written = redirect.number("redirectCode", 0);
    int status = written == 0 ? MOVED_PERMANENTLY : written;
    if (!REDIRECTS.contains(status)) {
      redirect.report(
          FindingCode.INVALID, "redirectCode", status + " (expected: 301, 302, 303, 307 or 308)");
    }
    checkPrefix(redirect);
    return new Redirect(
        orNull(redirect.text("uri")),
        orNull(redirect.text("prefixRewrite")),
        orNull(redirect.text("authority")),
        port(redirect),
        orNull(scheme),
        status);
  }

  private void checkPrefix(ObjectReader redirect) {
    if (redirect.text("prefixRewrite").isEmpty()) {
      return;
    }
    if (!redirect.text("uri").isEmpty()) {
      redirect.report(
          FindingCode.CONFLICTING_FIELDS,
          "prefixRewrite",
          "set together with uri (expected: one of them)");
    }
    boolean others =
        route.objects("match").stream()
            .anyMatch(block -> block.has("uri") && !block.object("uri").has("prefix"));
    if (others) {
      redirect.report(
          FindingCode.INVALID,
          "prefixRewrite",
          "with a match of another kind (expected: every uri matched by prefix)");
    }
  }

  private static @Nullable Port port(ObjectReader redirect) {
    if (redirect.has("derivePort")) {
      return redirect.text("derivePort").equals("FROM_REQUEST_PORT")
          ? new Port.OfRequest()
          : new Port.OfProtocol();
    }
    if (!redirect.has("port")) {
      return null;
    }
    int number = redirect.number("port", 0);
    if (number > 65535) {
      redirect.report(FindingCode.INVALID, "port", number + " (expected: 1 to 65535)");
    }
    return number == 0 ? new Port.OfProtocol() : new Port.Fixed(number);
  }

  private static DirectResponse response(ObjectReader response) {
    ObjectReader body = response.object("body");
    String text = body.text("string");
    String bytes = body.text("bytes");
    long size = bytes.isEmpty() ? text.length() : bytes.length() / 4L * 3;
    if (size > LARGEST_BODY) {
      response.report(
          FindingCode.INVALID, "body", size + " bytes (expected: at most " + LARGEST_BODY + ")");
    }
    return new DirectResponse(
        response.number("status", 0),
        body.has("string") ? text : null,
        body.has("bytes") ? base64(body, bytes) : null);
  }

  /** Either alphabet, with or without padding, as protobuf's JSON has it. */
  private static String base64(ObjectReader body, String written) {
    try {
      String standard = written.replace('-', '+').replace('_', '/');
      return Base64.getEncoder().encodeToString(Base64.getDecoder().decode(standard));
    } catch (IllegalArgumentException e) {
      body.report(FindingCode.INVALID, "bytes", Excerpt.of(written) + " (expected: base64)");
      return "";
    }
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
