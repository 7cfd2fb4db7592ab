package dev.weft.engine.authn;

import dev.weft.engine.config.TokenRule;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One rule, compiled: whether it believes a token. */
final class Verifier {

  /** How far clocks may differ, as Envoy has it. */
  private static final long SKEW_SECONDS = 60;

  private final TokenRule rule;
  private final Set<Place> places;
  private final Set<String> audiences;
  private final TokenCache cache = new TokenCache();

  Verifier(TokenRule rule) {
    this.rule = rule;
    this.places = new LinkedHashSet<>(Place.of(rule.places()));
    this.audiences =
        rule.audiences().stream().map(Verifier::bare).collect(Collectors.toUnmodifiableSet());
  }

  Set<Place> places() {
    return places;
  }

  /** Whether the token stays where it was. */
  boolean forwards() {
    return rule.outputs().forwards();
  }

  /** The headers that it makes: nobody else may. */
  List<String> headers() {
    List<String> headers = new ArrayList<>();
    rule.outputs().claims().forEach(each -> headers.add(each.header()));
    if (!rule.outputs().payloadHeader().isEmpty()) {
      headers.add(rule.outputs().payloadHeader());
    }
    return headers;
  }

  /**
   * @param now seconds since 1970
   */
  Judgement judge(Presented token, long now) {
    VerifiedToken known = cache.find(token.text());
    if (known != null) {
      TokenStatus untimely = untimely(known.notBefore(), known.expires(), now);
      return untimely == null ? known : untimely;
    }
    Jwt jwt = token.read().jwt();
    if (jwt == null) {
      TokenStatus problem = token.read().problem();
      return problem == null ? TokenStatus.FORMAT : problem;
    }
    TokenStatus problem = problem(jwt, now);
    if (problem != null) {
      return problem;
    }
    VerifiedToken verified =
        new VerifiedToken(
            Claims.of(jwt.payload(), rule.outputs().spaceDelimited()),
            outputs(jwt),
            jwt.notBefore(),
            jwt.expires());
    cache.add(token.text(), verified);
    return verified;
  }

  private @Nullable TokenStatus problem(Jwt jwt, long now) {
    if (!rule.issuer().isEmpty() && !rule.issuer().equals(jwt.issuer())) {
      return TokenStatus.UNKNOWN_ISSUER;
    }
    TokenStatus untimely = untimely(jwt.notBefore(), jwt.expires(), now);
    if (untimely != null) {
      return untimely;
    }
    boolean isForUs =
        audiences.isEmpty()
            || jwt.audiences().stream().anyMatch(each -> audiences.contains(bare(each.toString())));
    return isForUs ? unsigned(jwt) : TokenStatus.AUDIENCE;
  }

  private static @Nullable TokenStatus untimely(long notBefore, long expires, long now) {
    if (now + SKEW_SECONDS < notBefore) {
      return TokenStatus.NOT_YET_VALID;
    }
    return now - SKEW_SECONDS > expires ? TokenStatus.EXPIRED : null;
  }

  private @Nullable TokenStatus unsigned(Jwt jwt) {
    if (rule.keys().isEmpty()) {
      return TokenStatus.NO_KEYS;
    }
    TokenStatus problem = TokenStatus.NO_SUCH_KEY;
    for (TokenRule.Key key : rule.keys()) {
      boolean isMeant = jwt.keyId().isEmpty() || key.id().isEmpty() || jwt.keyId().equals(key.id());
      if (isMeant && key.algorithms().contains(jwt.algorithm())) {
        if (Signatures.isValid(jwt, key)) {
          return null;
        }
        problem = TokenStatus.SIGNATURE;
      }
    }
    return problem;
  }

  private List<Entry<String, String>> outputs(Jwt jwt) {
    List<Entry<String, String>> outputs = new ArrayList<>();
    if (!rule.outputs().payloadHeader().isEmpty()) {
      outputs.add(Map.entry(rule.outputs().payloadHeader(), jwt.encodedPayload()));
    }
    for (TokenRule.ClaimHeader each : rule.outputs().claims()) {
      String value = Claims.text(jwt.payload(), each.claim());
      if (value != null) {
        outputs.add(Map.entry(each.header(), value));
      }
    }
    return List.copyOf(outputs);
  }

  /** As Envoy compares audiences: without scheme and last slash. */
  private static String bare(String audience) {
    String text = audience;
    for (String scheme : List.of("http://", "https://")) {
      if (audience.startsWith(scheme)) {
        text = audience.substring(scheme.length());
      }
    }
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }
}
