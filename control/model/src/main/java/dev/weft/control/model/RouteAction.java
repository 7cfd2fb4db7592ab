package dev.weft.control.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What becomes of a request that a route matches. */
public sealed interface RouteAction {

  /** It is sent to one of these; at least one. */
  record Forward(List<WeightedDestination> destinations) implements RouteAction {
    public Forward {
      destinations = List.copyOf(destinations);
    }
  }

  /**
   * The caller is sent elsewhere. What is absent stays as the request has it.
   *
   * @param path replaces the path; a query within it replaces the request's
   * @param prefix replaces the part of the path that the route matched by prefix
   * @param authority without the port, unless one is written
   * @param port as {@link Port} has it; null: the request's own, where it has one
   * @param status 301, 302, 303, 307 or 308
   */
  record Redirect(
      @Nullable String path,
      @Nullable String prefix,
      @Nullable String authority,
      @Nullable Port port,
      @Nullable String scheme,
      int status)
      implements RouteAction {}

  /** Which port a redirect leads to. */
  sealed interface Port {

    record Fixed(int number) implements Port {}

    /** The one that the request was made to. */
    record OfRequest() implements Port {}

    /** The one that goes without saying. */
    record OfProtocol() implements Port {}
  }

  /** It is answered at once, with a body of text or of bytes (in base64), or with none. */
  record DirectResponse(int status, @Nullable String text, @Nullable String base64)
      implements RouteAction {}
}
