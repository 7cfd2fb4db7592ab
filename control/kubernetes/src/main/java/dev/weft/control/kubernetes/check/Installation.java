package dev.weft.control.kubernetes.check;

/**
 * Which installation is looked at, and what its objects are called.
 *
 * @param revision empty: the one without
 */
public record Installation(String namespace, String revision) {

  private String suffix() {
    return revision.isEmpty() ? "" : "-" + revision;
  }

  String control() {
    return "weft-control" + suffix();
  }

  String injector() {
    return "weft-injector" + suffix();
  }

  String validator() {
    return "weft-validator" + suffix();
  }

  String certificate() {
    return "weft-injector-certificate" + suffix();
  }

  /** As somebody would install it. */
  String command() {
    return "weftctl install --namespace "
        + namespace
        + (revision.isEmpty() ? "" : " --revision " + revision);
  }
}
