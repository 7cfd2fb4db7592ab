package dev.weft.control.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One match block: all of its conditions must hold. Absent conditions are null or empty.
 *
 * @param name the block's own name; empty if it has none
 * @param uri on the path without query, except that a regex sees the path alone too; see {@link
 *     #ignoreUriCase}
 * @param ignoreUriCase for exact and prefix conditions on the uri
 * @param headers by lower-case name
 * @param withoutHeaders conditions that must not hold; a missing header counts as empty
 * @param queryParams by parameter name, case-sensitive
 */
public record RouteMatch(
    String name,
    @Nullable StringMatch uri,
    boolean ignoreUriCase,
    @Nullable StringMatch method,
    @Nullable StringMatch scheme,
    @Nullable StringMatch authority,
    Map<String, StringMatch> headers,
    Map<String, StringMatch> withoutHeaders,
    Map<String, StringMatch> queryParams,
    CallerFilter callers) {

  public RouteMatch {
    headers = Map.copyOf(headers);
    withoutHeaders = Map.copyOf(withoutHeaders);
    queryParams = Map.copyOf(queryParams);
  }

  public RouteMatch named(String newName) {
    return new RouteMatch(
        newName,
        uri,
        ignoreUriCase,
        method,
        scheme,
        authority,
        headers,
        withoutHeaders,
        queryParams,
        callers);
  }

  /**
   * Whether every request matches that comes from an admitted caller. A regex {@code .*} counts, as
   * it does for Istio; so does the prefix {@code /}.
   */
  public boolean catchesAll() {
    boolean anyUri =
        uri == null
            || (uri instanceof StringMatch.Prefix prefix && prefix.value().equals("/"))
            || (uri instanceof StringMatch.Regex regex && regex.pattern().equals(".*"));
    return anyUri
        && method == null
        && scheme == null
        && authority == null
        && headers.isEmpty()
        && withoutHeaders.isEmpty()
        && queryParams.isEmpty();
  }
}
