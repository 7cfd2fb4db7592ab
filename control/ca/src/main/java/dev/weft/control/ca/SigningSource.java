package dev.weft.control.ca;

import java.io.IOException;

/** Where it comes from what certificates are signed with. */
interface SigningSource {

  /**
   * What is there now.
   *
   * @throws IOException it cannot be used; says why, and what was expected
   */
  Signing read() throws IOException;

  /** Equal as long as nothing has changed. */
  Object stamp() throws IOException;
}
