package dev.weft.control.config.keys;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.weft.control.config.yaml.Excerpt;
import java.text.ParseException;
import java.util.Map;

/** OpenID Connect Discovery 1.0: an issuer says where its keys are. */
public final class Discovery {

  private static final String PATH = "/.well-known/openid-configuration";

  private Discovery() {}

  /** Where an issuer says it. */
  public static String url(String issuer) {
    return (issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer) + PATH;
  }

  /**
   * The place of the keys.
   *
   * @throws IllegalArgumentException says what was found and what was expected
   */
  public static String keys(String json, String issuer) {
    Map<String, Object> document;
    try {
      document = JSONObjectUtils.parse(json);
    } catch (ParseException e) {
      throw new IllegalArgumentException(
          Excerpt.of(json) + " (expected: a JSON object with jwks_uri)", e);
    }
    if (!issuer.equals(document.get("issuer"))) {
      throw new IllegalArgumentException(
          "the issuer " + Excerpt.of(document.get("issuer") + "") + " (expected: " + issuer + ")");
    }
    if (document.get("jwks_uri") instanceof String url && !url.isEmpty()) {
      return url;
    }
    throw new IllegalArgumentException("no jwks_uri (expected: where the issuer's keys are)");
  }
}
