package dev.weft.control.xds.resource;

import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.core.v3.CidrRange;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;

/** Values of AuthorizationPolicies: exact, {@code prefix*}, {@code *suffix}, or {@code *}. */
final class Wildcards {

  private static final int IPV4 = 32;
  private static final int IPV6 = 128;

  private Wildcards() {}

  /** {@code *} is any text with something in it. */
  static StringMatcher text(String value) {
    StringMatcher.Builder built = StringMatcher.newBuilder();
    if (value.equals("*")) {
      return built.setSafeRegex(regex(".+")).build();
    }
    if (value.startsWith("*")) {
      return built.setSuffix(value.substring(1)).build();
    }
    return value.endsWith("*")
        ? built.setPrefix(value.substring(0, value.length() - 1)).build()
        : built.setExact(value).build();
  }

  /** {@code *} is a header that is there. */
  static HeaderMatcher header(String name, String value) {
    HeaderMatcher.Builder built = HeaderMatcher.newBuilder().setName(name);
    return value.equals("*")
        ? built.setPresentMatch(true).build()
        : built.setStringMatch(text(value)).build();
  }

  /** An address is a block of one. */
  static CidrRange block(String value) {
    int slash = value.indexOf('/');
    String address = slash < 0 ? value : value.substring(0, slash);
    int most = address.contains(":") ? IPV6 : IPV4;
    int bits = slash < 0 ? most : Integer.parseInt(value.substring(slash + 1));
    return CidrRange.newBuilder()
        .setAddressPrefix(address)
        .setPrefixLen(UInt32Value.of(bits))
        .build();
  }

  static RegexMatcher regex(String pattern) {
    return RegexMatcher.newBuilder().setRegex(pattern).build();
  }

  /** As an RE2 expression that matches this text alone. */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean isPlain = c >= 0x80 || Character.isLetterOrDigit(c);
      quoted.append(isPlain ? "" : "\\").append(c);
    }
    return quoted.toString();
  }
}
