package dev.weft.identity;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Has certificates signed. */
@FunctionalInterface
public interface Signer {

  /**
   * Asks for one. Blocks, bounded, on a thread of the agent.
   *
   * @param request PEM
   * @param token proves who asks; null: the certificate that there is already does
   * @return PEM, the leaf first and the roots last
   * @throws RefusedException it was understood and refused
   * @throws IOException anything else: worth another try
   */
  List<String> sign(String request, @Nullable JoinToken token) throws IOException;

  /** The control service does not give a certificate to who asked in this way. */
  final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    public RefusedException(String message) {
      super(message);
    }
  }
}
