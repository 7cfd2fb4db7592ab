package dev.weft.control.config.istio;

import dev.weft.control.config.Resource;
import dev.weft.control.config.keys.KeySet;
import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.config.yaml.Excerpt;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.KeyPlace;
import dev.weft.control.model.RequestAuthentication;
import dev.weft.control.model.TokenKey;
import dev.weft.control.model.TokenRule;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads RequestAuthentications. */
public final class RequestAuthenticationReader implements KindReader {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** Always lists, whatever a rule says besides. */
  private static final Set<String> SPACE_DELIMITED = Set.of("scope", "permission");

  @Override
  public Resource read(ObjectReader spec, Scope scope) {
    List<TokenRule> rules = new ArrayList<>();
    spec.objects("jwtRules").forEach(rule -> rules.add(rule(rule)));
    if (spec.has("targetRef") || spec.has("targetRefs")) {
      if (spec.has("selector")) {
        spec.report(
            FindingCode.CONFLICTING_FIELDS,
            "selector",
            "set beside targetRefs (expected: one of them)");
      }
      return new Resource.Inert(scope.metadata());
    }
    return new Resource.Tokens(
        scope.metadata(),
        new RequestAuthentication(
            scope.metadata().id(),
            spec.object("selector").textsByKey("matchLabels"),
            rules,
            scope.metadata().location()));
  }

  private static TokenRule rule(ObjectReader rule) {
    String issuer = rule.text("issuer");
    if (issuer.isEmpty() && !rule.has("jwksUri") && !rule.has("jwks_uri")) {
      rule.report(
          FindingCode.MISSING, "issuer", "is missing, as is jwksUri (expected: one of them)");
    }
    boolean isWritten = !rule.text("jwks").isEmpty();
    return new TokenRule(
        issuer,
        named(rule, "audiences"),
        isWritten ? keys(rule) : List.of(),
        isWritten ? null : keyPlace(rule, issuer),
        places(rule),
        outputs(rule));
  }

  private static List<TokenKey> keys(ObjectReader rule) {
    try {
      KeySet set = KeySet.parse(rule.text("jwks"));
      if (set.hasSecrets()) {
        rule.report(
            FindingCode.SECRET_KEYS,
            "jwks",
            "holds private keys, which nobody needs to verify tokens (expected: public ones)");
      }
      return set.keys();
    } catch (IllegalArgumentException e) {
      rule.report(FindingCode.INVALID, "jwks", String.valueOf(e.getMessage()));
      return List.of();
    }
  }

  /** Without a place, it is the issuer who says where its keys are. */
  private static KeyPlace keyPlace(ObjectReader rule, String issuer) {
    Duration timeout = rule.duration("timeout");
    String field = rule.has("jwks_uri") ? "jwks_uri" : "jwksUri";
    boolean discovers = !rule.has(field);
    String url = discovers ? issuer : rule.text(field);
    // An issuer that is no URL is valid, as with istiod: no keys are ever found.
    String problem = discovers ? null : problem(url);
    if (problem != null) {
      rule.report(FindingCode.INVALID, field, problem);
    }
    return new KeyPlace(url, discovers, timeout == null ? TIMEOUT : timeout);
  }

  /** What is wrong with a URL; null: nothing. */
  private static @Nullable String problem(String url) {
    String expected = " (expected: https://host/path)";
    try {
      URI uri = new URI(url);
      String scheme = uri.getScheme() == null ? "" : uri.getScheme();
      boolean isFine =
          (scheme.equals("https") || scheme.equals("http"))
              && uri.getHost() != null
              && uri.getUserInfo() == null;
      return isFine ? null : Excerpt.of(url) + expected;
    } catch (URISyntaxException e) {
      return Excerpt.of(url) + expected;
    }
  }

  private static TokenRule.Places places(ObjectReader rule) {
    List<TokenRule.Header> headers = new ArrayList<>();
    for (ObjectReader header : rule.objects("fromHeaders")) {
      headers.add(
          new TokenRule.Header(
              header.text("name").toLowerCase(Locale.ROOT), header.text("prefix")));
    }
    TokenRule.Places places =
        new TokenRule.Places(headers, named(rule, "fromParams"), named(rule, "fromCookies"));
    boolean isAnySaid =
        !headers.isEmpty() || !places.parameters().isEmpty() || !places.cookies().isEmpty();
    return isAnySaid ? places : TokenRule.Places.DEFAULT;
  }

  private static TokenRule.Outputs outputs(ObjectReader rule) {
    String payload = rule.text("outputPayloadToHeader");
    if (!payload.isEmpty() && !HeadersReader.isHeaderName(payload)) {
      rule.report(FindingCode.INVALID, "outputPayloadToHeader", HeadersReader.notAHeader(payload));
    }
    List<TokenRule.ClaimHeader> claims = new ArrayList<>();
    for (ObjectReader each : rule.objects("outputClaimToHeaders")) {
      claims.add(
          new TokenRule.ClaimHeader(
              each.text("header").toLowerCase(Locale.ROOT), each.text("claim")));
    }
    Set<String> lists = new TreeSet<>(SPACE_DELIMITED);
    lists.addAll(named(rule, "spaceDelimitedClaims"));
    return new TokenRule.Outputs(
        rule.flag("forwardOriginalToken"),
        payload.toLowerCase(Locale.ROOT),
        claims,
        List.copyOf(lists));
  }

  private static List<String> named(ObjectReader rule, String field) {
    List<String> values = rule.texts(field);
    if (values.contains("")) {
      rule.report(FindingCode.INVALID, field, "is empty (expected: a value)");
    }
    return values;
  }
}
