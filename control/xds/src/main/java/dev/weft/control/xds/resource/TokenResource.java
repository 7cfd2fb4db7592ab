package dev.weft.control.xds.resource;

import com.google.protobuf.ByteString;
import dev.weft.control.api.v1.RequestAuthentication;
import dev.weft.control.model.TokenKey;
import dev.weft.control.model.TokenRule;
import java.util.Base64;
import java.util.List;

/** Whose tokens are believed, as the providers of Envoy's {@code jwt_authn}, with keys to use. */
final class TokenResource {

  private TokenResource() {}

  static RequestAuthentication of(List<TokenRule> rules) {
    RequestAuthentication.Builder built = RequestAuthentication.newBuilder();
    rules.forEach(rule -> built.addRules(rule(rule)));
    return built.build();
  }

  private static RequestAuthentication.Rule rule(TokenRule rule) {
    TokenRule.Outputs outputs = rule.outputs();
    RequestAuthentication.Rule.Builder built =
        RequestAuthentication.Rule.newBuilder()
            .setIssuer(rule.issuer())
            .addAllAudiences(rule.audiences())
            .addAllFromParams(rule.places().parameters())
            .addAllFromCookies(rule.places().cookies())
            .setPayloadHeader(outputs.payloadHeader())
            .setForward(outputs.forwards())
            .addAllSpaceDelimitedClaims(outputs.spaceDelimited());
    rule.keys().forEach(key -> built.addKeys(key(key)));
    for (TokenRule.Header header : rule.places().headers()) {
      built.addFromHeaders(
          RequestAuthentication.Header.newBuilder()
              .setName(header.name())
              .setPrefix(header.prefix()));
    }
    for (TokenRule.ClaimHeader each : outputs.claims()) {
      built.addClaimHeaders(
          RequestAuthentication.ClaimHeader.newBuilder()
              .setHeader(each.header())
              .setClaim(each.claim()));
    }
    return built.build();
  }

  private static RequestAuthentication.Key key(TokenKey key) {
    return RequestAuthentication.Key.newBuilder()
        .setId(key.id())
        .addAllAlgorithms(key.algorithms())
        .setPublicKey(ByteString.copyFrom(Base64.getDecoder().decode(key.publicKey())))
        .build();
  }
}
