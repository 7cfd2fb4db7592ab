package dev.weft.e2e.oracle;

import java.util.List;

/**
 * A request as a backend saw it.
 *
 * @param backend the backend's port
 * @param nanos when it came
 */
record Arrival(
    int backend, String method, String target, List<Header> headers, int body, long nanos) {

  /** Empty where there is none; several are joined. */
  String header(String name) {
    return String.join(
        ",", headers.stream().filter(it -> it.name().equals(name)).map(Header::value).toList());
  }

  /** Whether it is a copy that nobody waits for, as Envoy marks them. */
  boolean isMirrored() {
    return header("host").contains("-shadow");
  }
}
