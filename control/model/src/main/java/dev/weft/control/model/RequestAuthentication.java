package dev.weft.control.model;

import java.util.List;
import java.util.Map;

/** One RequestAuthentication. */
public record RequestAuthentication(
    ResourceId id, Map<String, String> selector, List<TokenRule> rules, SourceLocation location)
    implements WorkloadPolicy {

  public RequestAuthentication {
    selector = Map.copyOf(selector);
    rules = List.copyOf(rules);
  }
}
