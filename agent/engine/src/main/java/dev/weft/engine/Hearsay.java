package dev.weft.engine;

import dev.weft.bridge.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What only proxies may say of a request: who sends it ({@code x-forwarded-client-cert}), and
 * whatever begins with {@code x-envoy-} or {@code x-weft-}. Whoever sends it may have made it up,
 * so that neither policies nor the application get to see it, however its name is spelled: servers
 * and frameworks do not tell capitals apart, some not even {@code _} and {@code -}, nor spaces
 * around.
 */
final class Hearsay {

  /** Whose word it is. */
  enum Source {
    /** Nobody's who is known. */
    STRANGER,
    /** A member's of the mesh: of what it has done to the request itself, it may tell. */
    MEMBER,
    /** A gateway's that the operator has named: it speaks for those outside. */
    GATEWAY
  }

  private static final String CERTIFICATE = ForwardedClientCert.NAME;
  private static final String ENVOY = "x-envoy-";
  private static final String WEFT = "x-weft-";

  /** Who sends it, for telemetry: it is read before, and believed only as far as it is proved. */
  private static final String PEER = "x-envoy-peer-metadata";

  /** What the caller's side of the mesh has done, and says itself. */
  private static final List<String> OF_MEMBERS =
      List.of(
          "x-envoy-attempt-count",
          "x-envoy-expected-rq-timeout-ms",
          "x-envoy-original-host",
          "x-envoy-original-path");

  private Hearsay() {}

  /** The names, as they are spelled, of what is not to be believed. */
  static List<String> names(Headers headers, Source source) {
    Collected collected = new Collected(source);
    headers.each(collected);
    return collected.names == null ? List.of() : collected.names;
  }

  /** The headers without these. */
  static Headers without(Headers headers, Source source) {
    return new Headers() {
      @Override
      public @Nullable String first(String name) {
        return isHidden(name, source) ? null : headers.first(name);
      }

      @Override
      public void each(BiConsumer<String, String> visitor) {
        headers.each(
            (name, value) -> {
              if (!isHidden(name, source)) {
                visitor.accept(name, value);
              }
            });
      }
    };
  }

  /** One for each request: hardly any has nothing of the kind, few have more. */
  private static final class Collected implements BiConsumer<String, String> {

    private final Source source;
    private @Nullable List<String> names;

    Collected(Source source) {
      this.source = source;
    }

    @Override
    public void accept(String name, String value) {
      if (isHidden(name, source)) {
        if (names == null) {
          names = new ArrayList<>(4);
        }
        names.add(name);
      }
    }
  }

  private static boolean isHidden(String name, Source source) {
    char first = name.isEmpty() ? ' ' : name.charAt(0);
    // Most names begin otherwise.
    if (first != 'x' && first != 'X' && first > ' ') {
      return false;
    }
    String bare = name.trim(); // control characters, too
    if (begins(bare, ENVOY)) {
      return switch (source) {
        case STRANGER -> true;
        case MEMBER -> !OF_MEMBERS.contains(bare.toLowerCase(Locale.ROOT));
        case GATEWAY -> begins(bare, PEER);
      };
    }
    if (begins(bare, WEFT)) {
      return true;
    }
    return bare.length() == CERTIFICATE.length()
        && begins(bare, CERTIFICATE)
        && source != Source.GATEWAY;
  }

  /** Whatever its case, and underscores for dashes. */
  private static boolean begins(String name, String lower) {
    if (name.length() < lower.length()) {
      return false;
    }
    for (int i = 0; i < lower.length(); i++) {
      char c = name.charAt(i);
      char folded = c == '_' ? '-' : c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
      if (folded != lower.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
