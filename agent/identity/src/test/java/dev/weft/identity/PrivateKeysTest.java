package dev.weft.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys in every encoding that OpenSSL writes; the keys here are nobody's. */
class PrivateKeysTest {

  private static final Map<String, String> KEYS =
      Map.of(
          "EC PRIVATE KEY",
          """
          MHcCAQEEINntdS7NxOlJr2sI7iEQXjD9KWIE7oKvlrg6s/YCdhs2oAoGCCqGSM49
          AwEHoUQDQgAEm8gfYeeIYkZ2FrBo6Q9BLcHYUTvkpujqE3ZgzLRVDx0GzBHBHcjs
          3AHV219tqEsKnRrGMS5ufIf28RAPyDutuA==
          """,
          "RSA PRIVATE KEY",
          """
          MIICXQIBAAKBgQCz0F4XlAOf7fGMHHQOoX86xNxxZm/LCkRgYQzfermT3XvMnEM5
          yXti66DhiAoF9u9APPxhlfuSQIbmo+4OYUa/9wodLfUMy8XXZTSTglzmM2Xuksex
          CchEp/LxnNA7pUktWI2JIA7Xs7gFC7qS+5NjOTP/8kFiVgKou3xE7z2TMQIDAQAB
          AoGALPYGAPlGqr+xbSpULrBdAtHkmQpXG7rWfA7oTB0AuCNiaDgOay2hB4wJbzs3
          3mPvUO2u4avB+sDdul/1D21tZfktO15+INF1vqhSh9e+nTALDO2Pu+A4KyCRhPwR
          XXuK0ojB96gpJRk8UyuP0EqYhc7vsp3B0AfmDdpWU1QI2tECQQDhwVdqx0hxA3/i
          gUpE45TOAlrUaFRLNX37/OXmT/f93Nh5KhexS+MHpLo087whcS/LtYBsxQOx4hZ7
          2wBAQS49AkEAy+dkJNsy+ziRf7asa7lSqrNgHlg3VIOR/3uLPiyBYOZq2AnH+jE2
          d3gQffcRLcMGRcZV8Z2V7rC8fBW4kB0cBQJBAKQWlsZ68PGL/KETHntx+4+9cG2h
          I1vDFr5YtHWxvGwd4I45BR2OLgc5OUsRubWJApeLZjwo+yWJUpRVuxn5BnUCQQCo
          VfKmPtT68/ui3VPBZ3Eo/geXZargOfLZYcxV2vZA4llI2+Jd2i0mOlgbNlLXXc+a
          4R/o5fl24i/pnSEO0QllAkAWQ4oPv6dCQzWc7mB8ajbKuzqgRR5DBSJQrL9tJ14k
          hFAXImc4FIltoebNh3AMZo13f3VJfY6zXhwLiqn/XjeP
          """,
          "PRIVATE KEY",
          """
          MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2e11Ls3E6Umvawju
          IRBeMP0pYgTugq+WuDqz9gJ2GzahRANCAASbyB9h54hiRnYWsGjpD0EtwdhRO+Sm
          6OoTdmDMtFUPHQbMEcEdyOzcAdXbX22oSwqdGsYxLm58h/bxEA/IO624
          """);

  @ParameterizedTest
  @ValueSource(strings = {"EC PRIVATE KEY", "RSA PRIVATE KEY", "PRIVATE KEY"})
  void readsEachEncoding(String label) throws GeneralSecurityException {
    String body = KEYS.get(label);
    String text =
        "some words before\n-----BEGIN " + label + "-----\n" + body + "-----END " + label + "-----";
    assertThat(PrivateKeys.read(text).getAlgorithm())
        .isEqualTo(label.startsWith("RSA") ? "RSA" : "EC");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        "-----BEGIN EC PRIVATE KEY-----\nMHc=\n-----END EC PRIVATE KEY-----",
        "-----BEGIN EC PRIVATE KEY-----\nMAA=\n-----END EC PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\n\n-----END RSA PRIVATE KEY-----",
      })
  void refusesWhatIsNone(String text) {
    assertThatThrownBy(() -> PrivateKeys.read(text)).isInstanceOf(GeneralSecurityException.class);
  }

  @Test
  void saysThatEncryptedKeysAreNotRead() {
    assertThatThrownBy(() -> PrivateKeys.read("-----BEGIN ENCRYPTED PRIVATE KEY-----"))
        .hasMessageContaining("is encrypted");
  }
}
