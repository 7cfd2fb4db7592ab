package dev.weft.control.model;

import java.util.Locale;

/**
 * A host as rules and services name it once short names are resolved: lower case, without a
 * trailing dot. It may be a wildcard ({@code *}, {@code *.example.com}), which stands for one or
 * more labels, as in Istio.
 */
public record Fqdn(String value) implements Comparable<Fqdn> {

  public Fqdn {
    value = value.toLowerCase(Locale.ROOT);
    if (value.endsWith(".")) {
      value = value.substring(0, value.length() - 1);
    }
    if (value.isEmpty()) {
      throw new IllegalArgumentException("host: \"\" (expected: a name)");
    }
  }

  public boolean isWildcard() {
    return value.startsWith("*");
  }

  /**
   * Whether every host that {@code other} stands for is also one of this one's: {@code *.a.example}
   * covers {@code x.a.example} and {@code *.x.a.example}, but not {@code a.example}.
   */
  public boolean covers(Fqdn other) {
    if (!isWildcard()) {
      return equals(other);
    }
    String tail = value.substring(1);
    return other.value.endsWith(tail)
        && (other.isWildcard() || other.value.length() > tail.length());
  }

  /** Exact names sort before wildcards, longer (more specific) wildcards before shorter ones. */
  @Override
  public int compareTo(Fqdn other) {
    if (isWildcard() != other.isWildcard()) {
      return isWildcard() ? 1 : -1;
    }
    if (isWildcard() && value.length() != other.value.length()) {
      return Integer.compare(other.value.length(), value.length());
    }
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
