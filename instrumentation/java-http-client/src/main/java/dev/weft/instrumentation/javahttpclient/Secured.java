package dev.weft.instrumentation.javahttpclient;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * An endpoint under the name of the server that is expected there: the client asks for that name in
 * TLS, and verifies it.
 */
final class Secured extends InetSocketAddress {

  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // never serialized
  private final InetSocketAddress endpoint;

  private final String pool;

  /**
   * @param pool what tells its HTTP/2 connections from those to other endpoints of that name
   */
  Secured(String server, InetSocketAddress endpoint, String pool) throws UnknownHostException {
    super(InetAddress.getByAddress(server, endpoint.getAddress().getAddress()), endpoint.getPort());
    this.endpoint =
        new InetSocketAddress(
            InetAddress.getByAddress(endpoint.getAddress().getAddress()), endpoint.getPort());
    this.pool = pool;
  }

  /** Without the name. */
  InetSocketAddress endpoint() {
    return endpoint;
  }

  String pool() {
    return pool;
  }
}
