package dev.weft.control.model;

/** Whether those who connect must speak the mesh's TLS; PeerAuthentication's modes. */
public enum MutualTls {
  /** Whatever holds for the wider scope. */
  UNSET,
  /** Never mesh TLS. */
  DISABLE,
  /** Mesh TLS and plaintext. */
  PERMISSIVE,
  /** Mesh TLS alone. */
  STRICT
}
