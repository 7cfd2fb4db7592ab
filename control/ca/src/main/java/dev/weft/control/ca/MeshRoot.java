package dev.weft.control.ca;

/** What join tokens say of a mesh, and by which roots its control service is known. */
interface MeshRoot {

  String trustDomain();

  /** Of the root that tokens made now name: base64url of the SHA-256 of its DER form. */
  String rootDigest();

  /** Whether bearers of a token that names this root find the control service by it. */
  boolean isKnownBy(String digest);
}
