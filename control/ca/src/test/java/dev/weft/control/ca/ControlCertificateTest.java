package dev.weft.control.ca;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.model.SpiffeId;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The control service's own certificate, on a clock that the test turns. */
class ControlCertificateTest {

  @TempDir private Path state = Path.of(".");
  private volatile Instant now = Instant.parse("2026-11-21T12:00:00Z");

  @Test
  void itIsRenewedAtHalfOfItsLifeAndHandshakesThatHaveBegunGoOn() throws Exception {
    Authority authority = Authority.open(StateFolder.open(state), null, () -> now);
    try (ControlCertificate own = new ControlCertificate(authority, Duration.ofHours(24))) {
      X509Certificate first = own.certificate();
      assertThat(Certificates.identity(first, "cluster.local"))
          .isEqualTo(SpiffeId.control("cluster.local"));
      assertThat(first.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
      String begun = String.valueOf(own.chooseServerAlias("EC", null, null));
      now = now.plus(Duration.ofHours(11));
      own.renewIfDue();
      assertThat(own.certificate()).isEqualTo(first);
      now = now.plus(Duration.ofHours(1));
      own.renewIfDue();
      X509Certificate second = own.certificate();
      assertThat(second).isNotEqualTo(first);
      assertThat(second.getNotAfter().toInstant()).isEqualTo(now.plus(Duration.ofHours(24)));
      requirePair(own, begun, first);
      requirePair(own, String.valueOf(own.chooseServerAlias("EC", null, null)), second);
      // A machine that has slept for a week.
      now = now.plus(Duration.ofDays(7));
      own.renewIfDue();
      own.certificate().checkValidity(java.util.Date.from(now));
      assertThat(own.chooseServerAlias("RSA", null, null)).isNull();
      assertThat(own.getPrivateKey(begun)).isNull();
    }
  }

  private static void requirePair(ControlCertificate own, String alias, X509Certificate expected)
      throws Exception {
    assertThat(own.getCertificateChain(alias)[0]).isEqualTo(expected);
    PrivateKey key = own.getPrivateKey(alias);
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(key);
    signature.update((byte) 1);
    byte[] signed = signature.sign();
    signature.initVerify(expected);
    signature.update((byte) 1);
    assertThat(signature.verify(signed)).isTrue();
  }
}
