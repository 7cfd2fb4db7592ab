package dev.weft.control.config.istio;

import dev.weft.control.config.Resource;
import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.model.FindingCode;

/** Reads policies on requests: validated, reported, without effect yet. */
public final class SecurityReader implements KindReader {

  @Override
  public Resource read(ObjectReader spec, Scope scope) {
    String action = spec.text("action");
    boolean needsRules = action.equals("DENY") || action.equals("CUSTOM");
    if (needsRules && !spec.has("rules")) {
      spec.report(
          FindingCode.MISSING,
          "rules",
          "is missing with action " + action + " (expected: rules; [{}] matches all)");
    }
    if (action.equals("CUSTOM") != spec.has("provider")) {
      spec.report(
          FindingCode.CONFLICTING_FIELDS,
          "provider",
          "must be set with action CUSTOM (expected: both or neither)");
    }
    spec.report(
        FindingCode.KIND_NOT_ENFORCED,
        scope.metadata().id().kind()
            + " is valid, but not enforced yet; nothing is refused because of it");
    return new Resource.Inert(scope.metadata());
  }
}
