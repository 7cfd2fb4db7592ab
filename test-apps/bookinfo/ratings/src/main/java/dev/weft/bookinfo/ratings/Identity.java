package dev.weft.bookinfo.ratings;

import java.util.Map;

/** Which version and instance of the service this is: every answer says so. */
record Identity(String version, String pod) {

  static Identity of(Map<String, String> environment) {
    return new Identity(
        environment.getOrDefault("SERVICE_VERSION", "v1"),
        environment.getOrDefault("HOSTNAME", "localhost"));
  }
}
