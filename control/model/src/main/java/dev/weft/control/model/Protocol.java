package dev.weft.control.model;

/**
 * What a port speaks, as far as it was declared (Istio's protocol selection by port name or {@code
 * appProtocol}).
 */
public enum Protocol {
  HTTP,
  HTTP2,
  GRPC,
  GRPC_WEB,
  HTTPS,
  TLS,
  TCP,
  UDP,
  /** A TCP port that says nothing more: the library that serves it tells. */
  UNDECLARED;

  /** Whether requests on such a port are routed one by one. */
  public boolean carriesRequests() {
    return switch (this) {
      case HTTP, HTTP2, GRPC, GRPC_WEB, UNDECLARED -> true;
      case HTTPS, TLS, TCP, UDP -> false;
    };
  }

  /** Whether an application may speak TLS of its own on such a port. */
  public boolean carriesTls() {
    return switch (this) {
      case HTTPS, TLS, UNDECLARED -> true;
      case HTTP, HTTP2, GRPC, GRPC_WEB, TCP, UDP -> false;
    };
  }

  /**
   * Whether a listener that speaks {@code actual} can stand behind a service port declared as this
   * one: gRPC listeners behind gRPC and HTTP/2 ports, HTTP servers behind HTTP ones, anything
   * behind an undeclared port.
   */
  public boolean accepts(Protocol actual) {
    if (this == UNDECLARED || actual == UNDECLARED || this == actual) {
      return true;
    }
    return switch (this) {
      case HTTP -> actual == HTTP2;
      case HTTP2 -> actual == HTTP || actual == GRPC;
      case GRPC_WEB -> actual == HTTP || actual == HTTP2 || actual == GRPC;
      case HTTPS -> actual == TLS;
      case TLS -> actual == HTTPS;
      case TCP -> actual != UDP;
      case GRPC, UDP, UNDECLARED -> false;
    };
  }
}
