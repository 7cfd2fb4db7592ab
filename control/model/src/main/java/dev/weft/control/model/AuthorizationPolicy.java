package dev.weft.control.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One AuthorizationPolicy.
 *
 * @param provider who decides, with {@link Action#CUSTOM}; else null
 * @param dryRun whether it only tells what it would do
 * @param rules of which one must match; none never match
 */
public record AuthorizationPolicy(
    ResourceId id,
    Map<String, String> selector,
    Action action,
    @Nullable String provider,
    boolean dryRun,
    List<Rule> rules,
    SourceLocation location)
    implements WorkloadPolicy {

  public AuthorizationPolicy {
    selector = Map.copyOf(selector);
    rules = List.copyOf(rules);
  }

  /** In the order in which they decide. */
  public enum Action {
    /** Somebody else is asked. */
    CUSTOM,
    /** What matches is told. */
    AUDIT,
    /** What matches is refused. */
    DENY,
    /** What none matches is refused. */
    ALLOW
  }

  /**
   * Matches where one source and one operation match, and every condition holds.
   *
   * @param from each of them conditions that must all hold; none: any source
   * @param to each of them conditions that must all hold; none: any operation
   */
  public record Rule(List<List<Check>> from, List<List<Check>> to, List<Check> when) {

    public Rule {
      from = from.stream().map(List::copyOf).toList();
      to = to.stream().map(List::copyOf).toList();
      when = List.copyOf(when);
    }
  }

  /**
   * A condition on one attribute: one of the values, and none of the others.
   *
   * @param key the header's name, or the claim's path; empty where the attribute needs none
   * @param values empty: anything
   */
  public record Check(
      Attribute attribute, List<String> key, List<String> values, List<String> notValues) {

    public Check {
      key = List.copyOf(key);
      values = List.copyOf(values);
      notValues = List.copyOf(notValues);
    }
  }

  /** What is looked at. */
  public enum Attribute {
    PRINCIPAL,
    NAMESPACE,
    /** {@code namespace/account}. */
    SERVICE_ACCOUNT,
    TRUST_DOMAIN,
    /** Of the connection's other end. */
    SOURCE_IP,
    /** Of who asked first, as the request's {@code x-forwarded-for} has it. */
    REMOTE_IP,
    /** {@code issuer/subject} of the request's token. */
    REQUEST_PRINCIPAL,
    AUDIENCE,
    PRESENTER,
    CLAIM,
    HEADER,
    HOST,
    PORT,
    METHOD,
    PATH,
    DESTINATION_IP,
    SERVER_NAME;

    /** Whether it is of the operation, not of who asks for it. */
    public boolean isOfOperation() {
      return compareTo(HOST) >= 0;
    }

    /** Whether it is of the request's token. */
    public boolean isOfToken() {
      return compareTo(REQUEST_PRINCIPAL) >= 0 && compareTo(CLAIM) <= 0;
    }
  }
}
