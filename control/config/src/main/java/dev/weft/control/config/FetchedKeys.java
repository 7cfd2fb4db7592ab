package dev.weft.control.config;

import dev.weft.control.model.Finding;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.KeyPlace;
import dev.weft.control.model.KeySource;
import dev.weft.control.model.RequestAuthentication;
import dev.weft.control.model.TokenRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Puts the keys that were fetched where rules ask for them, and says what could not be fetched. */
final class FetchedKeys {

  private FetchedKeys() {}

  static RequestAuthentication into(
      RequestAuthentication policy,
      Map<KeyPlace, KeySource.Published> published,
      List<Finding> findings) {
    List<TokenRule> rules = new ArrayList<>();
    for (TokenRule rule : policy.rules()) {
      KeyPlace place = rule.keyPlace();
      KeySource.Published found = place == null ? null : published.get(place);
      rules.add(found == null ? rule : rule.with(found.keys()));
      if (place != null && found != null && found.problem() != null) {
        String field =
            "spec.jwtRules["
                + (rules.size() - 1)
                + "]."
                + (place.discovers() ? "issuer" : "jwksUri");
        String until =
            found.keys().isEmpty()
                ? "; until then: its tokens are refused"
                : "; until then: its last keys are used";
        findings.add(
            new Finding(
                FindingCode.KEYS_NOT_FETCHED,
                policy.id(),
                policy.location(),
                field,
                place.url() + ": " + found.problem() + until));
      }
    }
    return new RequestAuthentication(policy.id(), policy.selector(), rules, policy.location());
  }
}
