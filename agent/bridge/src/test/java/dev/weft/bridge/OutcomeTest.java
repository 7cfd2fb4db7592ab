package dev.weft.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketException;
import org.junit.jupiter.api.Test;

/** What is told of a try that failed. */
class OutcomeTest {

  private final HandshakeException handshake = new HandshakeException("certificate: old");

  private static Outcome.Failed reset(Throwable cause) {
    return new Outcome.Failed(Outcome.Kind.RESET, cause, true);
  }

  @Test
  void aFailedHandshakeIsFoundBeneathWhatALibraryMadeOfIt() {
    assertThat(reset(handshake).kind()).isEqualTo(Outcome.Kind.TLS);
    IOException wrapped = new IOException("lost", new IOException(handshake));
    assertThat(reset(wrapped).kind()).isEqualTo(Outcome.Kind.TLS);
    assertThat(reset(wrapped).cause()).isSameAs(handshake);
  }

  /** {@link java.net.Socket} of Java 17 throws another exception with the same words. */
  @Test
  void itsWordsAreEnough() {
    Outcome.Failed failed = reset(new IOException(new SocketException(handshake.getMessage())));
    assertThat(failed.kind()).isEqualTo(Outcome.Kind.TLS);
    assertThat(failed.cause()).hasMessage(handshake.getMessage());
  }

  @Test
  void otherFailuresAreWhatTheyAre() {
    SocketException later = new SocketException("mesh: the policy has changed");
    assertThat(reset(later).kind()).isEqualTo(Outcome.Kind.RESET);
    assertThat(reset(later).cause()).isSameAs(later);
    assertThat(reset(new SocketException()).kind()).isEqualTo(Outcome.Kind.RESET);
  }
}
