package dev.weft.identity;

import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;

/** Join tokens, whose signatures nobody here could check. */
final class Tokens {

  static final String HEADER = "{\"alg\":\"ES256\",\"typ\":\"weft-join+jwt\",\"kid\":\"k1\"}";

  private Tokens() {}

  static String part(String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  static String of(String header, String claims) {
    return part(header) + "." + part(claims) + ".c2ln";
  }

  static String claims(String subject, Instant expires, X509Certificate root) {
    return String.format(
        Locale.ROOT,
        "{\"iss\":\"cluster.local\",\"sub\":\"%s\",\"aud\":\"weft-control\",\"services\":[\"a\","
            + "\"b\"],\"iat\":1,\"exp\":%d,\"jti\":\"x\",\"root\":\"%s\"}",
        subject,
        expires.getEpochSecond(),
        RootDigest.of(root));
  }

  static String of(String subject, Instant expires, X509Certificate root) {
    return of(HEADER, claims(subject, expires, root));
  }
}
