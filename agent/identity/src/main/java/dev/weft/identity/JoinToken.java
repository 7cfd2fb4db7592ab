package dev.weft.identity;

import dev.weft.engine.config.SpiffeId;
import java.time.Instant;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A join token as its bearer reads it: who it makes of its bearer, until when, and which root the
 * mesh has. It is a JWS (RFC 7515) that only the control service can check; the bearer believes it
 * because the operator has given it. A Kubernetes service account's token does as well, where the
 * control service asks its API server.
 *
 * @param text what is presented
 * @param subject who its bearer may be
 * @param expires when it is of no use any more
 * @param root null: the platform's token, which knows nothing of the mesh
 */
public record JoinToken(String text, SpiffeId subject, Instant expires, @Nullable RootDigest root) {

  private static final String TYPE = "weft-join+jwt";
  private static final Pattern SERVICE_ACCOUNT =
      Pattern.compile("system:serviceaccount:([^:/]+):([^:/]+)");
  private static final int LONGEST = 16 * 1024;

  /**
   * Reads a token; blanks and line ends around it are ignored.
   *
   * @param trustDomain of a service account, whose token does not say
   * @throws IllegalArgumentException it is no join token; never says what is in it
   */
  public static JoinToken parse(String given, String trustDomain) {
    String text = given.strip();
    String[] parts = text.split("\\.", -1);
    if (text.length() > LONGEST || parts.length != 3 || parts[2].isEmpty()) {
      throw new IllegalArgumentException(
          "join token: "
              + text.length()
              + " characters in "
              + parts.length
              + " parts (expected: header.claims.signature)");
    }
    String type = claims(parts[0], "header").text("typ");
    if (type == null || type.equals("JWT")) {
      return ofPlatform(text, claims(parts[1], "claims"), trustDomain);
    }
    if (!TYPE.equals(type)) {
      throw new IllegalArgumentException(
          "join token: typ " + type + " (expected: " + TYPE + ", as weftctl token makes them)");
    }
    Claims claims = claims(parts[1], "claims");
    Instant expires = expires(claims);
    return new JoinToken(
        text,
        SpiffeId.parse(required(claims, "sub")),
        expires,
        RootDigest.parse(required(claims, "root")));
  }

  private static JoinToken ofPlatform(String text, Claims claims, String trustDomain) {
    Matcher account = SERVICE_ACCOUNT.matcher(required(claims, "sub"));
    if (!account.matches()) {
      throw new IllegalArgumentException(
          "join token: another kind of token (expected: one as weftctl token makes them, or a"
              + " Kubernetes service account's)");
    }
    String path = "/ns/" + account.group(1) + "/sa/" + account.group(2);
    return new JoinToken(
        text, SpiffeId.parse("spiffe://" + trustDomain + path), expires(claims), null);
  }

  /** Whether its platform vouches for its bearer, for one certificate at a time. */
  boolean isOfPlatform() {
    return root == null;
  }

  private static Instant expires(Claims claims) {
    Long expires = claims.number("exp");
    if (expires == null) {
      throw new IllegalArgumentException("join token: no exp (expected: seconds since 1970)");
    }
    return Instant.ofEpochSecond(expires);
  }

  private static Claims claims(String part, String which) {
    byte[] json;
    try {
      json = Base64.getUrlDecoder().decode(part);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("join token: its " + which + " is not base64url");
    }
    try {
      return Claims.read(json);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("join token: its " + which + ": " + e.getMessage());
    }
  }

  private static String required(Claims claims, String name) {
    String value = claims.text(name);
    if (value == null) {
      throw new IllegalArgumentException("join token: no " + name + " (expected: a text)");
    }
    return value;
  }

  /** Who holds the text is who it says: it is kept out of logs. */
  @Override
  public String toString() {
    return "join token of " + subject;
  }
}
