package dev.weft.engine.authn;

import dev.weft.engine.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A token in JWS' compact form (RFC 7515), read, but not believed. */
final class Jwt {

  private static final int LONGEST = 16 * 1024;

  /** What a public key can verify. Never HMAC, whose keys would be secrets; never none. */
  private static final Set<String> ALGORITHMS =
      Set.of(
          "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA");

  private static final double TOO_LARGE = 0x1p63;

  private final String text;
  private final int signatureAt;
  private String algorithm = "";
  private String keyId = "";
  private Map<String, Object> payload = Map.of();
  private long notBefore;
  private long expires = Long.MAX_VALUE;
  private byte[] signature = {};

  private Jwt(String text, int signatureAt) {
    this.text = text;
    this.signatureAt = signatureAt;
  }

  /** A token, or why it is none. */
  record Read(@Nullable Jwt jwt, @Nullable TokenStatus problem) {}

  static Read read(String text) {
    int first = text.indexOf('.');
    int second = text.indexOf('.', first + 1);
    boolean isThree =
        first > 0
            && second > first + 1
            && second < text.length() - 1
            && text.indexOf('.', second + 1) < 0;
    if (!isThree || text.length() > LONGEST) {
      return new Read(null, TokenStatus.FORMAT);
    }
    Jwt jwt = new Jwt(text, second);
    TokenStatus problem = jwt.header(text.substring(0, first));
    problem = problem == null ? jwt.payload(text.substring(first + 1, second)) : problem;
    if (problem == null) {
      byte[] bytes = decoded(text.substring(second + 1));
      problem = bytes == null ? TokenStatus.SIGNATURE_BASE64 : null;
      jwt.signature = bytes == null ? jwt.signature : bytes;
    }
    return problem == null ? new Read(jwt, null) : new Read(null, problem);
  }

  private @Nullable TokenStatus header(String encoded) {
    byte[] bytes = decoded(encoded);
    if (bytes == null) {
      return TokenStatus.HEADER_BASE64;
    }
    Map<String, Object> header = JsonObject.read(bytes);
    if (header == null) {
      return TokenStatus.HEADER_JSON;
    }
    if (!(header.get("alg") instanceof String named)) {
      return TokenStatus.HEADER_ALGORITHM;
    }
    if (!ALGORITHMS.contains(named)) {
      return TokenStatus.ALGORITHM_UNSUPPORTED;
    }
    if (header.containsKey("crit")) {
      return TokenStatus.HEADER_CRITICAL;
    }
    if (!(header.getOrDefault("kid", "") instanceof String id)) {
      return TokenStatus.HEADER_KEY_ID;
    }
    algorithm = named;
    keyId = id;
    return null;
  }

  private @Nullable TokenStatus payload(String encoded) {
    byte[] bytes = decoded(encoded);
    if (bytes == null) {
      return TokenStatus.PAYLOAD_BASE64;
    }
    Map<String, Object> read = JsonObject.read(bytes);
    if (read == null) {
      return TokenStatus.PAYLOAD_JSON;
    }
    payload = read;
    if (!isText("iss")) {
      return TokenStatus.ISSUER_TYPE;
    }
    if (!isText("sub")) {
      return TokenStatus.SUBJECT_TYPE;
    }
    TokenStatus problem =
        number("iat", TokenStatus.ISSUED_TYPE, TokenStatus.ISSUED_RANGE, new long[1]);
    long[] time = {0};
    if (problem == null) {
      problem = number("nbf", TokenStatus.NOT_BEFORE_TYPE, TokenStatus.NOT_BEFORE_RANGE, time);
      notBefore = time[0];
    }
    if (problem == null) {
      time[0] = expires;
      problem = number("exp", TokenStatus.EXPIRES_TYPE, TokenStatus.EXPIRES_RANGE, time);
      expires = time[0];
    }
    if (problem == null && !isText("jti")) {
      problem = TokenStatus.ID_TYPE;
    }
    return problem == null && !isAudience() ? TokenStatus.AUDIENCE_TYPE : problem;
  }

  private boolean isText(String claim) {
    return payload.getOrDefault(claim, "") instanceof String;
  }

  private boolean isAudience() {
    Object audience = payload.getOrDefault("aud", "");
    return audience instanceof String
        || (audience instanceof List<?> list && list.stream().allMatch(String.class::isInstance));
  }

  private @Nullable TokenStatus number(
      String claim, TokenStatus wrongType, TokenStatus outOfRange, long[] found) {
    Object value = payload.get(claim);
    if (value == null) {
      return null;
    }
    if (!(value instanceof Number number)) {
      return wrongType;
    }
    if (number.doubleValue() < 0 || number.doubleValue() >= TOO_LARGE) {
      return outOfRange;
    }
    found[0] = number.longValue();
    return null;
  }

  /** Without padding, blanks or bits that nobody reads: one text for one value. Null: it is not. */
  private static byte @Nullable [] decoded(String encoded) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(encoded);
      String again = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
      return again.equals(encoded) ? bytes : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  String algorithm() {
    return algorithm;
  }

  /** Empty: it says none. */
  String keyId() {
    return keyId;
  }

  Map<String, Object> payload() {
    return payload;
  }

  /** In base64url, as it came. */
  String encodedPayload() {
    return text.substring(text.indexOf('.') + 1, signatureAt);
  }

  String issuer() {
    return payload.get("iss") instanceof String issuer ? issuer : "";
  }

  List<?> audiences() {
    Object audience = payload.get("aud");
    return audience instanceof List<?> list
        ? list
        : audience == null ? List.of() : List.of(audience);
  }

  /** Seconds since 1970. */
  long notBefore() {
    return notBefore;
  }

  /** Seconds since 1970. */
  long expires() {
    return expires;
  }

  byte[] signed() {
    return text.substring(0, signatureAt).getBytes(StandardCharsets.US_ASCII);
  }

  byte[] signature() {
    return signature;
  }
}
