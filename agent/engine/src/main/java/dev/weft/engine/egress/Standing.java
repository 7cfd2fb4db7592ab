package dev.weft.engine.egress;

/** What the registry and the policy say of the place to which a connection goes. */
public enum Standing {
  /** A host, an endpoint or an address of the registry. */
  KNOWN,
  /** Nothing of these, and it may be connected to. */
  STRANGER,
  /** Nothing of these, and it would be refused if the guard did not only report. */
  REPORTED,
  /** Nothing of these, and it must not be connected to. */
  REFUSED
}
