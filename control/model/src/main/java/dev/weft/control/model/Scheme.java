package dev.weft.control.model;

import java.util.Optional;

/** How an application makes its requests: in plaintext, or in TLS of its own. */
public enum Scheme {
  HTTP("http://", 80),
  HTTPS("https://", 443);

  private final String prefix;
  private final int port;

  Scheme(String prefix, int port) {
    this.prefix = prefix;
    this.port = port;
  }

  /** The one that the text begins with; plaintext goes without saying. */
  static Scheme of(String text) {
    return text.startsWith(HTTPS.prefix) ? HTTPS : HTTP;
  }

  /** What an authority begins with, so that it tells the scheme; plaintext goes without saying. */
  public String prefix() {
    return this == HTTP ? "" : prefix;
  }

  /** The port that goes without saying. */
  public int port() {
    return port;
  }

  /** Whether requests made so are routed one by one on a port that speaks this. */
  boolean isRoutedOn(Protocol protocol) {
    return this == HTTP ? protocol.carriesRequests() : protocol.carriesTls();
  }

  /** Likewise; a service that lacks the port does not. */
  boolean isRoutedOn(Optional<ServicePort> port) {
    return port.filter(known -> isRoutedOn(known.protocol())).isPresent();
  }
}
