package dev.weft.engine.authn;

/** Why a token is not believed, in Envoy's words. */
public enum TokenStatus implements Judgement {
  FORMAT("Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections"),
  HEADER_BASE64("Jwt header is an invalid Base64url encoded"),
  HEADER_JSON("Jwt header is an invalid JSON"),
  HEADER_ALGORITHM("Jwt header [alg] field is required and must be a string"),
  ALGORITHM_UNSUPPORTED("Jwt header [alg] is not supported"),
  HEADER_KEY_ID("Jwt header [kid] field is not a string"),
  /** An extension that must be understood, and is not: RFC 7515, 4.1.11. Envoy does not look. */
  HEADER_CRITICAL("Jwt header [crit] is not supported"),
  PAYLOAD_BASE64("Jwt payload is an invalid Base64url encoded"),
  PAYLOAD_JSON("Jwt payload is an invalid JSON"),
  ISSUER_TYPE("Jwt payload [iss] field is not a string"),
  SUBJECT_TYPE("Jwt payload [sub] field is not a string"),
  ISSUED_TYPE("Jwt payload [iat] field is not an integer"),
  ISSUED_RANGE("Jwt payload [iat] field is not a positive 64 bit integer"),
  NOT_BEFORE_TYPE("Jwt payload [nbf] field is not an integer"),
  NOT_BEFORE_RANGE("Jwt payload [nbf] field is not a positive 64 bit integer"),
  EXPIRES_TYPE("Jwt payload [exp] field is not an integer"),
  EXPIRES_RANGE("Jwt payload [exp] field is not a positive 64 bit integer"),
  ID_TYPE("Jwt payload [jti] field is not a string"),
  AUDIENCE_TYPE("Jwt payload [aud] field is not a string or string list"),
  SIGNATURE_BASE64("Jwt signature is an invalid Base64url encoded"),
  UNKNOWN_ISSUER("Jwt issuer is not configured"),
  NOT_YET_VALID("Jwt not yet valid"),
  EXPIRED("Jwt is expired"),
  AUDIENCE("Audiences in Jwt are not allowed"),
  NO_KEYS("Jwks remote fetch is failed"),
  NO_SUCH_KEY("Jwks doesn't have key to match kid or alg from Jwt"),
  SIGNATURE("Jwt verification fails"),
  /** More than anybody needs, or such as no one rule accepts together. */
  TOO_MANY("Found multiple Jwt tokens");

  private final String text;

  TokenStatus(String text) {
    this.text = text;
  }

  /** For whoever has sent it. */
  public String text() {
    return text;
  }

  /** For the record, as Envoy's access log has it. */
  public String details() {
    return "jwt_authn_access_denied{" + text.replace(' ', '_') + "}";
  }

  /** Of the response. */
  public int http() {
    return this == AUDIENCE ? 403 : 401;
  }
}
