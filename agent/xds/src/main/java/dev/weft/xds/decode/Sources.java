package dev.weft.xds.decode;

import dev.weft.engine.config.Authorization.Condition;
import dev.weft.engine.config.Literals;
import dev.weft.engine.config.RouteMatch.StringMatch;
import dev.weft.engine.config.Subnet;
import dev.weft.xds.proto.CidrRange;
import dev.weft.xds.proto.MetadataMatcher;
import dev.weft.xds.proto.MetadataPathSegment;
import dev.weft.xds.proto.PathMatcher;
import dev.weft.xds.proto.StringMatcher;
import dev.weft.xds.proto.ValueMatcher;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** What permissions and principals have in common. */
final class Sources {

  private static final String TOKENS = "envoy.filters.http.jwt_authn";

  private Sources() {}

  static Condition path(PathMatcher matcher, Where where) throws InvalidResourceException {
    if (matcher.path() == null) {
      throw where.in("path").refuse("absent (expected: a condition)");
    }
    return new Condition.Path(MatchDecoder.text(matcher.path(), where.in("path")));
  }

  static Subnet subnet(CidrRange range, Where where) throws InvalidResourceException {
    InetAddress address = Literals.parse(range.addressPrefix());
    if (address == null) {
      throw where
          .in("address_prefix")
          .refuse("\"" + range.addressPrefix() + "\" (expected: an address)");
    }
    long bits = range.prefixLen() == null ? 0 : range.prefixLen().value();
    byte[] bytes = address.getAddress();
    if (bits > bytes.length * 8L) {
      throw where.in("prefix_len").refuse(bits + " (expected: at most " + bytes.length * 8 + ")");
    }
    return new Subnet(bytes, (int) bits);
  }

  /** A condition on the payload of a token, as istiod writes them. */
  static Condition claim(MetadataMatcher matcher, Where where) throws InvalidResourceException {
    if (!matcher.filter().equals(TOKENS)) {
      throw where.in("filter").refuse("\"" + matcher.filter() + "\" (expected: " + TOKENS + ")");
    }
    List<String> path = new ArrayList<>();
    for (MetadataPathSegment segment : matcher.path()) {
      path.add(segment.key() == null ? "" : segment.key());
    }
    if (path.size() < 2 || !path.get(0).equals("payload") || path.contains("")) {
      throw where.in("path").refuse(path + " (expected: payload and a claim)");
    }
    ValueMatcher value = matcher.value();
    Where here = where.in("value");
    if (value == null) {
      throw here.refuse("absent (expected: a condition)");
    }
    List<String> claim = path.subList(1, path.size());
    if (value.stringMatch() != null) {
      return new Condition.Claim(claim, MatchDecoder.text(value.stringMatch(), here), false);
    }
    return new Condition.Claim(claim, listOrText(value, here), true);
  }

  private static StringMatch listOrText(ValueMatcher value, Where where)
      throws InvalidResourceException {
    List<ValueMatcher> either =
        value.orMatch() == null ? List.of() : value.orMatch().valueMatchers();
    if (either.size() == 2) {
      ValueMatcher list = either.get(0);
      StringMatcher text = either.get(1).stringMatch();
      ValueMatcher element = list.listMatch() == null ? null : list.listMatch().oneOf();
      if (text != null && element != null && element.stringMatch() != null) {
        StringMatch match = MatchDecoder.text(text, where);
        if (match.equals(MatchDecoder.text(element.stringMatch(), where))) {
          return match;
        }
      }
    }
    throw where.refuse("unknown (expected: a text, or the same for a list and a text)");
  }
}
