package dev.weft.engine.config;

import org.jspecify.annotations.Nullable;

/**
 * A workload's identity: {@code spiffe://<trust domain>/ns/<namespace>/sa/<service account>}, as
 * Istio gives them out. Of SPIFFE's grammar (SPIFFE-ID, section 2) only this shape is accepted, and
 * nothing is normalized: two ids are the same when their texts are.
 */
public final class SpiffeId {

  /** Bytes; SPIFFE's own limit. */
  private static final int LONGEST = 2048;

  private static final int LONGEST_DOMAIN = 255;
  private static final String SCHEME = "spiffe://";
  private static final String EXPECTED =
      " (expected: spiffe://<trust domain>/ns/<namespace>/sa/<service account>)";

  private final String text;
  private final String trustDomain;
  private final String namespace;
  private final String serviceAccount;

  private SpiffeId(String text, String trustDomain, String namespace, String serviceAccount) {
    this.text = text;
    this.trustDomain = trustDomain;
    this.namespace = namespace;
    this.serviceAccount = serviceAccount;
  }

  /**
   * Reads an id.
   *
   * @throws IllegalArgumentException it is not of this shape; says what was found and expected
   */
  public static SpiffeId parse(String text) {
    if (text.length() > LONGEST) {
      throw new IllegalArgumentException("identity of " + text.length() + " characters" + EXPECTED);
    }
    String[] parts =
        text.startsWith(SCHEME) ? text.substring(SCHEME.length()).split("/", -1) : new String[0];
    boolean shaped = parts.length == 5 && parts[1].equals("ns") && parts[3].equals("sa");
    if (!shaped || !isDomain(parts[0]) || !isSegment(parts[2]) || !isSegment(parts[4])) {
      throw new IllegalArgumentException("\"" + text + "\"" + EXPECTED);
    }
    return new SpiffeId(text, parts[0], parts[2], parts[4]);
  }

  /** Whether this may be a trust domain. */
  public static boolean isDomain(String text) {
    if (text.isEmpty() || text.length() > LONGEST_DOMAIN) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!(c >= 'a' && c <= 'z') && !isDigit(c) && c != '.' && c != '-' && c != '_') {
        return false;
      }
    }
    return true;
  }

  private static boolean isSegment(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && !isDigit(c) && c != '.' && c != '-' && c != '_') {
        return false;
      }
    }
    return !text.isEmpty() && !text.equals(".") && !text.equals("..");
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  public String trustDomain() {
    return trustDomain;
  }

  public String namespace() {
    return namespace;
  }

  public String serviceAccount() {
    return serviceAccount;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other || (other instanceof SpiffeId id && text.equals(id.text));
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** The whole id. */
  @Override
  public String toString() {
    return text;
  }
}
