package dev.weft.control.config.istio;

import dev.weft.control.config.Resource;
import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.model.FindingCode;

/** Reads RequestAuthentications: validated, reported, without effect yet. */
public final class RequestAuthenticationReader implements KindReader {

  @Override
  public Resource read(ObjectReader spec, Scope scope) {
    spec.report(
        FindingCode.KIND_NOT_ENFORCED,
        scope.metadata().id().kind()
            + " is valid, but not enforced yet; no token is read, so that no request has one");
    return new Resource.Inert(scope.metadata());
  }
}
