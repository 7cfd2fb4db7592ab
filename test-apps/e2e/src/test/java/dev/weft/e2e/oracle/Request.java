package dev.weft.e2e.oracle;

import java.util.ArrayList;
import java.util.List;

/**
 * A request as an application makes it.
 *
 * @param authority host, or host:port
 * @param target path and query
 * @param behaviour what the backends do, a word per try (see {@link Backends}); empty: they answer
 * @param isDrawn whether chance has a part in it, so that it takes many to compare it
 */
record Request(
    String method,
    String authority,
    String target,
    List<Header> headers,
    int body,
    String behaviour,
    boolean isDrawn) {

  static Request get(String authority, String target) {
    return new Request("GET", authority, target, List.of(), 0, "", false);
  }

  Request method(String other) {
    int length = other.equals("POST") || other.equals("PUT") ? 7 : 0;
    return new Request(other, authority, target, headers, length, behaviour, isDrawn);
  }

  Request authority(String other) {
    return new Request(method, other, target, headers, body, behaviour, isDrawn);
  }

  Request target(String other) {
    return new Request(method, authority, other, headers, body, behaviour, isDrawn);
  }

  Request headers(List<Header> others) {
    return new Request(method, authority, target, List.copyOf(others), body, behaviour, isDrawn);
  }

  Request with(String name, String value) {
    List<Header> all = new ArrayList<>(headers);
    all.add(new Header(name, value));
    return headers(all);
  }

  Request behaving(String other) {
    return new Request(method, authority, target, headers, body, other, isDrawn);
  }

  Request drawn() {
    return new Request(method, authority, target, headers, body, behaviour, true);
  }

  /** The port that the application means. */
  int port() {
    String port = authority.replaceAll("^.*?(:([0-9]+))?$", "$2");
    return port.isEmpty() ? 80 : Integer.parseInt(port);
  }

  @Override
  public String toString() {
    return method
        + " http://"
        + authority
        + target
        + (headers.isEmpty() ? "" : " " + headers)
        + (behaviour.isEmpty() ? "" : " backends: " + behaviour);
  }
}
