package dev.weft.bridge;

/**
 * The head of a request, as it is about to be sent or as it arrived.
 *
 * @param library the adapter, as in the support table: {@code java-http-client}, {@code tomcat}
 * @param method as on the wire; {@code POST} for gRPC
 * @param scheme {@code http} or {@code https}
 * @param authority host or host:port as written; empty when there was none
 * @param target raw path and query, as on the wire
 */
public record RequestHead(
    String library,
    String method,
    String scheme,
    String authority,
    String target,
    Headers headers) {

  /** The raw path, without query. */
  public String path() {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }
}
