package dev.weft.control.ca;

/** Finds out who shows a token, for tokens of one kind. */
public interface Attestor {

  /** Whether a token is of its kind; by its form, before anything in it is believed. */
  boolean recognizes(String token);

  /**
   * Who shows it. May block, bounded.
   *
   * @param trustDomain of the mesh's identities
   * @throws RefusedException it proves nobody; or, {@link RefusedException.Kind#UNAVAILABLE}, that
   *     cannot be found out now. The message says nothing of what is in the token
   */
  Attested attest(String token, String trustDomain) throws RefusedException;
}
