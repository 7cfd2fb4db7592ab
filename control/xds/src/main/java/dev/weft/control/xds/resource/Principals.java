package dev.weft.control.xds.resource;

import dev.weft.control.model.AuthorizationPolicy.Attribute;
import dev.weft.control.model.AuthorizationPolicy.Check;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.type.matcher.v3.ListMatcher;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher;
import io.envoyproxy.envoy.type.matcher.v3.OrMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.envoyproxy.envoy.type.matcher.v3.ValueMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** Conditions on who asks as Envoy's principals. */
final class Principals {

  private static final String SCHEME = "spiffe://";

  /** In a policy, the mesh's own trust domain, whatever it is called. */
  private static final String OWN_DOMAIN = "cluster.local/";

  /** Of a whole identity without its scheme: {@code td/ns/namespace/sa/account}. */
  private static final int SLASHES = 4;

  private static final String TOKEN_FILTER = "envoy.filters.http.jwt_authn";

  private Principals() {}

  /** All of these must hold. */
  static List<Principal> of(Check check, List<String> trustDomains) {
    Function<String, Stream<Principal>> each =
        value ->
            names(check, value, trustDomains).stream()
                .map(name -> principal(check, name, trustDomains.get(0)));
    List<Principal> all = new ArrayList<>();
    if (!check.values().isEmpty()) {
      all.add(any(check.values().stream().flatMap(each).toList()));
    }
    if (!check.notValues().isEmpty()) {
      all.add(
          Principal.newBuilder()
              .setNotId(any(check.notValues().stream().flatMap(each).toList()))
              .build());
    }
    return all;
  }

  /**
   * An identity of the mesh by each of its trust domains, as istiod has it: where a principal names
   * one of them, or {@code cluster.local}, which is whatever they are called. One that leaves the
   * trust domain open, or is no whole identity, stays as it is.
   */
  private static List<String> names(Check check, String value, List<String> trustDomains) {
    if (check.attribute() != Attribute.PRINCIPAL || !isWhole(value) || value.startsWith("*/")) {
      return List.of(value);
    }
    int end = value.indexOf('/');
    String written = value.substring(0, end);
    boolean ours =
        value.startsWith(OWN_DOMAIN) || trustDomains.stream().anyMatch(it -> names(written, it));
    return ours
        ? trustDomains.stream()
            .map(it -> names(written, it) ? value : it + value.substring(end))
            .distinct()
            .toList()
        : List.of(value);
  }

  private static boolean isWhole(String value) {
    return value.chars().filter(c -> c == '/').count() == SLASHES;
  }

  /** Whether this is the trust domain, or a star and its end. */
  private static boolean names(String written, String trustDomain) {
    return written.startsWith("*")
        ? trustDomain.endsWith(written.substring(1))
        : trustDomain.equals(written);
  }

  /** None: anybody. */
  static Principal all(List<Principal> principals) {
    return Principal.newBuilder()
        .setAndIds(
            Principal.Set.newBuilder()
                .addAllIds(
                    principals.isEmpty()
                        ? List.of(Principal.newBuilder().setAny(true).build())
                        : principals))
        .build();
  }

  private static Principal any(List<Principal> principals) {
    return Principal.newBuilder()
        .setOrIds(Principal.Set.newBuilder().addAllIds(principals))
        .build();
  }

  private static Principal principal(Check check, String value, String trustDomain) {
    Principal.Builder built = Principal.newBuilder();
    return switch (check.attribute()) {
      case PRINCIPAL -> named(identity(value, trustDomain));
      case NAMESPACE -> named(namespace(value));
      case SERVICE_ACCOUNT -> named(serviceAccount(value));
      case TRUST_DOMAIN -> named(trustDomain(value));
      case SOURCE_IP -> built.setDirectRemoteIp(Wildcards.block(value)).build();
      case REMOTE_IP -> built.setRemoteIp(Wildcards.block(value)).build();
      case HEADER -> built.setHeader(Wildcards.header(check.key().get(0), value)).build();
      case REQUEST_PRINCIPAL -> requestPrincipal(value);
      case AUDIENCE -> claim(List.of("aud"), listOrText(value));
      case PRESENTER -> claim(List.of("azp"), listOrText(value));
      case CLAIM -> claim(check.key(), listOrText(value));
      default -> throw new IllegalArgumentException(check.attribute() + " (expected: a source)");
    };
  }

  private static Principal named(StringMatcher name) {
    return Principal.newBuilder()
        .setAuthenticated(Principal.Authenticated.newBuilder().setPrincipalName(name))
        .build();
  }

  // Every identity begins with the scheme, so that a suffix needs nothing in front of it.
  private static StringMatcher identity(String value, String trustDomain) {
    if (value.startsWith("*")) {
      return Wildcards.text(value);
    }
    String own =
        value.startsWith(OWN_DOMAIN) && !isWhole(value)
            ? trustDomain + value.substring(OWN_DOMAIN.length() - 1)
            : value;
    return Wildcards.text(SCHEME + own);
  }

  // Trust domain and account cannot hold a slash: what stands between these is the namespace.
  private static StringMatcher namespace(String value) {
    if (value.equals("*")) {
      return contains("/ns/");
    }
    if (value.startsWith("*")) {
      return StringMatcher.newBuilder()
          .setSafeRegex(
              Wildcards.regex(".*/ns/[^/]*" + Wildcards.quoted(value.substring(1)) + "/.*"))
          .build();
    }
    return value.endsWith("*")
        ? contains("/ns/" + value.substring(0, value.length() - 1))
        : contains("/ns/" + value + "/");
  }

  private static StringMatcher contains(String text) {
    return StringMatcher.newBuilder().setContains(text).build();
  }

  /**
   * @param value {@code namespace/account}
   */
  private static StringMatcher serviceAccount(String value) {
    int slash = value.indexOf('/');
    return StringMatcher.newBuilder()
        .setSuffix("/ns/" + value.substring(0, slash) + "/sa/" + value.substring(slash + 1))
        .build();
  }

  private static StringMatcher trustDomain(String value) {
    if (value.startsWith("*")) {
      return StringMatcher.newBuilder()
          .setSafeRegex(
              Wildcards.regex(SCHEME + "[^/]*" + Wildcards.quoted(value.substring(1)) + "/.*"))
          .build();
    }
    String prefix = value.endsWith("*") ? value.substring(0, value.length() - 1) : value + "/";
    return StringMatcher.newBuilder().setPrefix(SCHEME + prefix).build();
  }

  /**
   * @param value {@code issuer/subject}, the subject being what stands behind the last slash
   */
  private static Principal requestPrincipal(String value) {
    if (value.equals("*")) {
      return both(present(), present());
    }
    int slash = value.lastIndexOf('/');
    if (slash < 0) {
      // Cut off before or behind the slash, so that only one of the two is said.
      return value.startsWith("*")
          ? both(present(), Wildcards.text(value))
          : both(Wildcards.text(value), present());
    }
    String issuer = value.substring(0, slash);
    String subject = value.substring(slash + 1);
    return both(
        issuer.equals("*") ? present() : Wildcards.text(issuer),
        subject.equals("*") ? present() : Wildcards.text(subject));
  }

  private static Principal both(StringMatcher issuer, StringMatcher subject) {
    return Principal.newBuilder()
        .setAndIds(
            Principal.Set.newBuilder()
                .addIds(claim(List.of("iss"), text(issuer)))
                .addIds(claim(List.of("sub"), text(subject))))
        .build();
  }

  private static StringMatcher present() {
    return StringMatcher.newBuilder().setSafeRegex(Wildcards.regex(".+")).build();
  }

  private static ValueMatcher text(StringMatcher matcher) {
    return ValueMatcher.newBuilder().setStringMatch(matcher).build();
  }

  /** A claim may be one text or a list of them. */
  private static ValueMatcher listOrText(String value) {
    ValueMatcher one = text(value.equals("*") ? present() : Wildcards.text(value));
    return ValueMatcher.newBuilder()
        .setOrMatch(
            OrMatcher.newBuilder()
                .addValueMatchers(
                    ValueMatcher.newBuilder().setListMatch(ListMatcher.newBuilder().setOneOf(one)))
                .addValueMatchers(one))
        .build();
  }

  @SuppressWarnings("deprecation") // as istiod writes it; what replaces it says the same
  private static Principal claim(List<String> path, ValueMatcher value) {
    MetadataMatcher.Builder built =
        MetadataMatcher.newBuilder().setFilter(TOKEN_FILTER).setValue(value);
    built.addPath(MetadataMatcher.PathSegment.newBuilder().setKey("payload"));
    path.forEach(key -> built.addPath(MetadataMatcher.PathSegment.newBuilder().setKey(key)));
    return Principal.newBuilder().setMetadata(built).build();
  }
}
