package dev.weft.control.model;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A workload's identity in the form that Istio gives it: {@code
 * spiffe://cluster.local/ns/default/sa/reviews}. The grammar is stricter than SPIFFE's: nothing in
 * it needs to be decoded or normalized, so that equal identities are equal texts.
 *
 * @param trustDomain lower case letters, digits, {@code .}, {@code -} and {@code _}
 * @param namespace a DNS label
 * @param serviceAccount a DNS name, as Kubernetes has it
 */
public record SpiffeId(String trustDomain, Namespace namespace, String serviceAccount)
    implements Comparable<SpiffeId> {

  /** What is not a workload but the control service itself. */
  private static final String CONTROL_NAMESPACE = "weft-system";

  private static final String CONTROL_ACCOUNT = "weft-control";

  private static final String LABEL = "[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?";
  private static final Pattern TRUST_DOMAIN = Pattern.compile("[a-z0-9](?:[-._a-z0-9]{0,253})");
  private static final Pattern NAMESPACE = Pattern.compile(LABEL);
  private static final Pattern ACCOUNT = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*");
  private static final Pattern WHOLE =
      Pattern.compile("spiffe://(?<domain>[^/]+)/ns/(?<namespace>[^/]+)/sa/(?<account>[^/]+)");
  private static final int ACCOUNT_LENGTH = 253;
  private static final String EXPECTED =
      " (expected: spiffe://<trust domain>/ns/<namespace>/sa/<service account>)";

  /**
   * Checks each part.
   *
   * @throws IllegalArgumentException with what was found and what was expected
   */
  public SpiffeId {
    require(isTrustDomain(trustDomain), "trust domain", trustDomain);
    require(NAMESPACE.matcher(namespace.value()).matches(), "namespace", namespace.value());
    require(
        serviceAccount.length() <= ACCOUNT_LENGTH && ACCOUNT.matcher(serviceAccount).matches(),
        "service account",
        serviceAccount);
  }

  private static void require(boolean fine, String what, String found) {
    if (!fine) {
      throw new IllegalArgumentException(
          what + ": " + shown(found) + " (expected: lower case letters, digits, '-' and dots)");
    }
  }

  /** The control service's own identity, which no workload can have. */
  public static SpiffeId control(String trustDomain) {
    return new SpiffeId(trustDomain, new Namespace(CONTROL_NAMESPACE), CONTROL_ACCOUNT);
  }

  public static boolean isTrustDomain(String text) {
    return TRUST_DOMAIN.matcher(text).matches();
  }

  /**
   * Reads the text of one.
   *
   * @throws IllegalArgumentException with what was found and what was expected
   */
  public static SpiffeId parse(String text) {
    Matcher whole = WHOLE.matcher(text);
    if (!whole.matches()) {
      throw new IllegalArgumentException(shown(text) + EXPECTED);
    }
    return new SpiffeId(
        whole.group("domain"), new Namespace(whole.group("namespace")), whole.group("account"));
  }

  /** Whether it is the control service's own. */
  public boolean isControl() {
    return namespace.value().equals(CONTROL_NAMESPACE) && serviceAccount.equals(CONTROL_ACCOUNT);
  }

  /** Short, and harmless in a log. */
  private static String shown(String text) {
    String cut = text.length() > 120 ? text.substring(0, 120) + "…" : text;
    return '"' + cut.replaceAll("[^\\x20-\\x7e…]", "?") + '"';
  }

  @Override
  public int compareTo(SpiffeId other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return "spiffe://" + trustDomain + "/ns/" + namespace + "/sa/" + serviceAccount;
  }
}
