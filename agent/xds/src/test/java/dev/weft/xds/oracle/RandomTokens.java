package dev.weft.xds.oracle;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Requests that show tokens by chance: good ones, broken ones, at their places and elsewhere. */
final class RandomTokens {

  private final Random random;
  private final OracleIssuer iris;
  private final OracleIssuer bob;
  private final OracleIssuer stranger;

  /**
   * @param stranger whom nobody believes, with the name and the key's id of one who is believed
   */
  RandomTokens(Random random, OracleIssuer iris, OracleIssuer bob, OracleIssuer stranger) {
    this.random = random;
    this.iris = iris;
    this.bob = bob;
    this.stranger = stranger;
  }

  /**
   * @param reasons why we may be stricter than Envoy with it
   */
  record Shown(String target, List<Map.Entry<String, String>> headers, List<String> reasons) {}

  Shown next() {
    StringBuilder target = new StringBuilder("/orders");
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    int tokens = random.nextInt(12) == 0 ? 2 : random.nextInt(10) == 0 ? 0 : 1;
    if (tokens > 1) {
      reasons.add("several tokens");
    }
    for (int i = 0; i < tokens; i++) {
      String token = token(reasons);
      String glue = target.indexOf("?") < 0 ? "?" : "&";
      switch (random.nextInt(9)) {
        case 0 -> target.append(glue).append("access_token=").append(inUrl(token));
        case 1 -> target.append(glue).append("t=").append(inUrl(token));
        case 2 -> headers.add(Map.entry("x-bob", token));
        case 3 -> headers.add(Map.entry("cookie", "a=b; session=" + token));
        case 4 -> headers.add(Map.entry("x-other", token));
        case 5 -> headers.add(Map.entry("authorization", "Basic " + token));
        default -> headers.add(Map.entry("authorization", "Bearer " + token));
      }
    }
    return new Shown(target.toString(), headers, reasons);
  }

  private static String inUrl(String token) {
    return token.replace("=", "%3D").replace(" ", "%20");
  }

  private String token(List<String> reasons) {
    OracleIssuer issuer = random.nextBoolean() ? iris : bob;
    String header = "{\"alg\":\"" + issuer.algorithm() + "\",\"kid\":\"" + issuer.keyId() + "\"}";
    String good = issuer.token(header, payload(issuer, ""));
    return switch (random.nextInt(22)) {
      case 0 -> issuer.token(header, payload(issuer, ",\"exp\":" + around()));
      case 1 -> issuer.token(header, payload(issuer, ",\"nbf\":" + around()));
      case 2 ->
          issuer.token(
              header, payload(issuer, ",\"exp\":" + pick("\"1\"", "-1", "1e30", "1e9", "true")));
      case 3 -> issuer.token(header, payload(issuer, ",\"" + pick("jti", "sub") + "\":7"));
      case 4 -> {
        String algorithm = pick("none", "HS256", "RS384", "PS256", "ES384", "");
        if (algorithm.equals("HS256")) {
          reasons.add("an algorithm of secrets");
        }
        yield issuer.token("{\"alg\":\"" + algorithm + "\"}", payload(issuer, ""));
      }
      case 5 ->
          issuer.token(
              "{\"alg\":\""
                  + issuer.algorithm()
                  + "\""
                  + pick("", ",\"kid\":\"z\"", ",\"kid\":3")
                  + "}",
              payload(issuer, ""));
      case 6 -> flipped(good, reasons);
      case 7 -> cut(good, reasons);
      case 8 -> inserted(good, reasons);
      case 9 -> {
        reasons.add("a member that comes twice");
        yield issuer.token(header, payload(issuer, ",\"aud\":\"orders\""));
      }
      case 10 -> {
        reasons.add("an extension that must be understood");
        yield issuer.token(header.replace("}", ",\"crit\":[\"exp\"]}"), payload(issuer, ""));
      }
      case 11 -> stranger.token(header, payload(issuer, ""));
      case 12 -> issuer.token(header, pick("", "[]", "{}", "{\"iss\":}", "x"));
      case 13 ->
          issuer.token(
              header, "{\"iss\":\"" + pick("https://eve", iris.name(), bob.name()) + "\"}");
      default -> good;
    };
  }

  private String payload(OracleIssuer issuer, String more) {
    String audience =
        pick("\"orders\"", "\"orders\"", "[\"x\",\"https://orders/\"]", "\"billing\"", "[]");
    String claims =
        pick(
            "",
            ",\"groups\":[\"admin\",\"user\"]",
            ",\"groups\":\"admin\"",
            ",\"groups\":[\"administrator\",7]",
            ",\"scope\":\"read write\"",
            ",\"scope\":\"readwrite\"",
            ",\"azp\":\"app\"",
            ",\"deep\":{\"er\":{\"name\":\"x\"}}",
            ",\"deep\":{\"er\":\"x\"}",
            ",\"level\":3");
    String subject = more.contains("\"sub\"") ? "" : ",\"sub\":\"" + pick("ann", "bea") + "\"";
    String aud = more.contains("\"aud\"") ? ",\"aud\":\"other\"" : ",\"aud\":" + audience;
    return "{\"iss\":\"" + issuer.name() + "\"" + subject + aud + claims + more + "}";
  }

  // Far enough from the minute of tolerance that the clock may go on meanwhile.
  private long around() {
    long offset = random.nextBoolean() ? 80 + random.nextInt(500) : random.nextInt(40);
    return Instant.now().getEpochSecond() + (random.nextBoolean() ? offset : -offset);
  }

  private String flipped(String token, List<String> reasons) {
    reasons.add("another spelling of base64url");
    int at = random.nextInt(token.length());
    char flipped = token.charAt(at) == 'A' ? 'B' : 'A';
    return token.substring(0, at) + flipped + token.substring(at + 1);
  }

  private String cut(String token, List<String> reasons) {
    reasons.add("another spelling of base64url");
    return token.substring(0, random.nextInt(token.length()));
  }

  private String inserted(String token, List<String> reasons) {
    reasons.add("another spelling of base64url");
    int at = random.nextInt(token.length() + 1);
    return token.substring(0, at) + pick(".", "=", " ", "A", "..", "==", "!") + token.substring(at);
  }

  private String pick(String... texts) {
    return texts[random.nextInt(texts.length)];
  }
}
