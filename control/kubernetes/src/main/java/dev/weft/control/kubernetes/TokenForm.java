package dev.weft.control.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;

/**
 * What a token says before anybody has believed it: enough to know whom to ask, and not to ask what
 * is known to be wrong.
 */
final class TokenForm {

  /** Projected tokens have about 1,200. */
  private static final int LONGEST = 12 << 10;

  private static final int PARTS = 3;
  private static final ObjectMapper JSON = new ObjectMapper();

  private TokenForm() {}

  /** Whether it is a JSON web token of a service account, genuine or not. */
  static boolean isServiceAccounts(String token) {
    return claims(token)
        .map(claims -> claims.path("sub").asText())
        .flatMap(ServiceAccountName::ofUser)
        .isPresent();
  }

  /** Whether it says that it is for an audience. */
  static boolean isFor(String token, String audience) {
    JsonNode said = claims(token).map(claims -> claims.path("aud")).orElseGet(JSON::nullNode);
    if (said.isTextual()) {
      return said.asText().equals(audience);
    }
    for (JsonNode each : said) {
      if (each.asText().equals(audience)) {
        return true;
      }
    }
    return false;
  }

  private static Optional<JsonNode> claims(String token) {
    String[] parts = token.split("\\.", -1);
    if (token.length() > LONGEST || parts.length != PARTS) {
      return Optional.empty();
    }
    try {
      JsonNode claims = JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
      return claims != null && claims.isObject() ? Optional.of(claims) : Optional.empty();
    } catch (JsonProcessingException | IllegalArgumentException e) {
      return Optional.empty(); // nobody's token
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory", e);
    }
  }
}
