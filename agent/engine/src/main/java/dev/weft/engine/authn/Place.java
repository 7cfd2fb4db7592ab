package dev.weft.engine.authn;

import dev.weft.bridge.RequestHead;
import dev.weft.engine.config.TokenRule;
import dev.weft.engine.http.Letters;
import dev.weft.engine.http.Percent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Where a token may stand. Each that stands there is one, not only the first: nobody knows which of
 * them the application reads.
 *
 * @param prefix of a header: what stands before the token; empty: nothing
 */
record Place(Kind kind, String name, String prefix) {

  private static final String AUTHORIZATION = "authorization";

  /** The order in which Envoy looks at them. */
  static final Comparator<Place> ORDER =
      Comparator.comparing(Place::kind).thenComparing(place -> place.name + place.prefix);

  enum Kind {
    HEADER,
    PARAMETER,
    COOKIE
  }

  static List<Place> of(TokenRule.Places written) {
    List<Place> places = new ArrayList<>();
    written.headers().forEach(it -> places.add(new Place(Kind.HEADER, it.name(), it.prefix())));
    written.parameters().forEach(name -> places.add(new Place(Kind.PARAMETER, name, "")));
    written.cookies().forEach(name -> places.add(new Place(Kind.COOKIE, name, "")));
    return places;
  }

  void find(RequestHead head, Consumer<String> found) {
    switch (kind) {
      case HEADER -> inHeader(head, found);
      case PARAMETER -> inQuery(head.target(), found);
      case COOKIE -> inCookies(head, found);
    }
  }

  private void inHeader(RequestHead head, Consumer<String> found) {
    if (head.headers().first(name) == null) {
      return;
    }
    List<String> values = head.headers().all(name);
    if (values.size() > 1 && name.equals(AUTHORIZATION)) {
      values = List.of(String.join(",", values)); // there can be one: this is no token, as in Envoy
    }
    for (String value : values) {
      int at = prefix.isEmpty() ? 0 : prefixIn(value);
      if (at >= 0) {
        found.accept(prefix.isEmpty() ? value : token(value, at + prefix.length()));
      }
    }
  }

  // Wherever it stands, as in Envoy; and in any case, for so applications read "bearer", too.
  private int prefixIn(String value) {
    for (int i = 0; i + prefix.length() <= value.length(); i++) {
      if (value.regionMatches(true, i, prefix, 0, prefix.length())) {
        return i;
      }
    }
    return -1;
  }

  private static String token(String value, int from) {
    int start = from;
    while (start < value.length() && !isOfToken(value.charAt(start))) {
      start++;
    }
    return start == value.length() ? value : value.substring(start);
  }

  private static boolean isOfToken(char c) {
    return Letters.isAlphanumeric(c) || c == '-' || c == '_' || c == '.';
  }

  private void inQuery(String target, Consumer<String> found) {
    int mark = target.indexOf('?');
    if (mark < 0) {
      return;
    }
    for (String pair : target.substring(mark + 1).split("&", -1)) {
      int equals = pair.indexOf('=');
      String written = equals < 0 ? pair : pair.substring(0, equals);
      if (Percent.decode(written).equals(name)) {
        found.accept(equals < 0 ? "" : Percent.decode(pair.substring(equals + 1)));
      }
    }
  }

  private void inCookies(RequestHead head, Consumer<String> found) {
    if (head.headers().first("cookie") == null) {
      return;
    }
    for (String header : head.headers().all("cookie")) {
      for (String pair : header.split(";", -1)) {
        int equals = pair.indexOf('=');
        if (equals >= 0 && pair.substring(0, equals).strip().equals(name)) {
          found.accept(unquoted(pair.substring(equals + 1).strip()));
        }
      }
    }
  }

  private static String unquoted(String value) {
    boolean isQuoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
    return isQuoted ? value.substring(1, value.length() - 1) : value;
  }
}
