package dev.weft.control.kubernetes;

import dev.weft.control.model.Namespace;
import dev.weft.control.model.ServiceAccount;
import dev.weft.control.model.SpiffeId;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A service account, as the API server calls users of this kind. */
record ServiceAccountName(String namespace, String name) {

  static final String PREFIX = "system:serviceaccount:";

  private static final Pattern USER = Pattern.compile(PREFIX + "([^:]+):([^:]+)");

  /** Empty where a user is somebody else. */
  static Optional<ServiceAccountName> ofUser(String user) {
    Matcher matcher = USER.matcher(user);
    return matcher.matches()
        ? Optional.of(new ServiceAccountName(matcher.group(1), matcher.group(2)))
        : Optional.empty();
  }

  /** That one is there. */
  static ServiceAccount accountOf(HasMetadata resource) {
    var metadata = resource.getMetadata();
    return new ServiceAccount(new Namespace(metadata.getNamespace()), metadata.getName());
  }

  /**
   * Its identity.
   *
   * @throws IllegalArgumentException its names cannot be in one
   */
  SpiffeId identity(String trustDomain) {
    return new SpiffeId(trustDomain, new Namespace(namespace), name);
  }
}
