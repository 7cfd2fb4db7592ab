package dev.weft.control.model;

/**
 * The stable codes of what the control service has to say about configuration and workloads. Codes
 * are never reused; docs/configuration.md lists them. 00xx: reading files; 01xx: a resource is
 * invalid; 02xx: valid, but not enforced; 03xx: valid, but probably not meant; 04xx: workloads.
 */
public enum FindingCode {
  UNREADABLE("WEFT0001", Severity.ERROR, "The file cannot be read"),
  MALFORMED("WEFT0002", Severity.ERROR, "The file is not well-formed YAML"),
  LIMIT("WEFT0003", Severity.ERROR, "The file exceeds a limit"),
  LAST_GOOD("WEFT0004", Severity.WARNING, "The file's last good version stays in force"),
  DUPLICATE_RESOURCE("WEFT0005", Severity.WARNING, "The resource is defined more than once"),

  INVALID("WEFT0101", Severity.ERROR, "A value is not valid"),
  WRONG_TYPE("WEFT0102", Severity.ERROR, "A value has the wrong type"),
  MISSING("WEFT0103", Severity.ERROR, "A required field is missing"),
  UNKNOWN_FIELD("WEFT0104", Severity.ERROR, "A field is not known"),
  CONFLICTING_FIELDS("WEFT0105", Severity.ERROR, "Fields exclude each other"),
  UNKNOWN_VERSION("WEFT0106", Severity.ERROR, "The apiVersion of the kind is not known"),

  FIELD_NOT_ENFORCED("WEFT0201", Severity.WARNING, "The field is valid, but not enforced yet"),
  KIND_NOT_ENFORCED("WEFT0202", Severity.WARNING, "The kind is valid, but not enforced yet"),
  FIELD_NEVER("WEFT0203", Severity.INFO, "The field means nothing inside a JVM"),
  KIND_IGNORED("WEFT0204", Severity.INFO, "The kind is not Weft's business"),
  GATEWAYS_ONLY("WEFT0205", Severity.INFO, "The rule applies to gateways only"),

  HOST_CONFLICT("WEFT0301", Severity.WARNING, "Another rule for the same host wins"),
  UNKNOWN_HOST("WEFT0302", Severity.WARNING, "The host is not known"),
  UNKNOWN_SUBSET("WEFT0303", Severity.WARNING, "The subset is not known"),
  UNKNOWN_PORT("WEFT0304", Severity.WARNING, "The service has no such port"),
  UNREACHABLE("WEFT0305", Severity.WARNING, "The route or condition can never match"),
  DUPLICATE_SUBSET("WEFT0306", Severity.WARNING, "Another subset of the same name wins"),
  SHADOWED_POLICY("WEFT0307", Severity.WARNING, "Another policy for the same host wins"),
  LITERAL_HOST("WEFT0308", Severity.WARNING, "The host is taken literally, not as a service"),
  SHADOWED_PEERS("WEFT0309", Severity.WARNING, "An older policy of the same scope wins"),
  ROOT_SELECTOR("WEFT0310", Severity.WARNING, "A selector in the root namespace has no effect"),
  NOTHING_SELECTED("WEFT0311", Severity.INFO, "No workload carries the selector's labels"),
  NO_SUCH_LISTENER("WEFT0312", Severity.INFO, "No selected workload listens on the port"),
  UNKNOWN_DELEGATE("WEFT0313", Severity.WARNING, "The rule to delegate to is not there"),
  UNVERIFIED_SERVER("WEFT0314", Severity.WARNING, "Not everything of a server is verified"),
  NOT_FOR_HTTPS("WEFT0315", Severity.INFO, "Something of the rule does not hold for HTTPS"),
  SECRET_KEYS("WEFT0316", Severity.WARNING, "A key set holds more than public keys"),
  KEYS_NOT_FETCHED("WEFT0317", Severity.WARNING, "An issuer's keys could not be fetched"),
  UNKNOWN_PROVIDER("WEFT0318", Severity.WARNING, "The provider is not known"),
  UNKNOWN_ACCOUNT("WEFT0319", Severity.WARNING, "The service account is not known"),
  SHADOWED_SIDECAR("WEFT0320", Severity.WARNING, "Another Sidecar wins for the workload"),

  NO_ENDPOINT("WEFT0401", Severity.WARNING, "A workload has no port that fits the service port"),
  EMPTY_SERVICE("WEFT0402", Severity.INFO, "Nothing serves the service port"),
  EMPTY_SUBSET("WEFT0403", Severity.INFO, "No workload carries the subset's labels"),
  PORT_CLAIMED("WEFT0404", Severity.ERROR, "Another workload claims the same address and port"),
  PORT_UNREACHABLE("WEFT0405", Severity.WARNING, "A port is bound where others cannot reach it"),
  SERVICE_NOT_GRANTED(
      "WEFT0406", Severity.ERROR, "A workload may not serve what it wants to serve"),
  NO_IDENTITY("WEFT0407", Severity.WARNING, "A workload without an identity refuses nobody"),
  CONNECTIONS_NOT_ROUTED(
      "WEFT0408", Severity.WARNING, "A workload without an identity routes no connections"),
  CONNECTIONS_NOT_REFUSED(
      "WEFT0409", Severity.WARNING, "A workload without an identity may connect anywhere");

  private final String id;
  private final Severity severity;
  private final String title;

  FindingCode(String id, Severity severity, String title) {
    this.id = id;
    this.severity = severity;
    this.title = title;
  }

  /** {@code WEFT0101}. */
  public String id() {
    return id;
  }

  public Severity severity() {
    return severity;
  }

  public String title() {
    return title;
  }
}
