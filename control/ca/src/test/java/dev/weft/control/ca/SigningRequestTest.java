package dev.weft.control.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.control.ca.RefusedException.Kind;
import dev.weft.control.model.SpiffeId;
import java.security.KeyPair;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a stranger may send as a signing request. */
class SigningRequestTest {

  private static final String REVIEWS = "spiffe://cluster.local/ns/default/sa/reviews";
  private static final String RATINGS = "spiffe://cluster.local/ns/default/sa/ratings";
  private static final String LABEL = "CERTIFICATE REQUEST";

  private static void refused(String pem, String... words) {
    assertThatThrownBy(() -> SigningRequest.read(pem))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.INVALID);
              assertThat(e.reason()).contains(words).contains("expected").doesNotContain("\n");
            });
  }

  @Test
  void aGoodOne() throws Exception {
    KeyPair keys = Csr.ec("secp256r1");
    SigningRequest read = SigningRequest.read(Csr.of(keys, REVIEWS));
    assertThat(read.key()).isEqualTo(keys.getPublic());
    assertThat(read.names()).containsExactly(REVIEWS);
    assertThat(SigningRequest.read(Csr.of(keys)).names()).isEmpty();
  }

  @Test
  void keysThatAreNotGoodEnough() throws Exception {
    refused(Csr.of(Csr.rsa(1024)), "RSA of 1024 bits", "ECDSA on P-256");
    refused(Csr.of(Csr.rsa(2048)), "RSA of 2048 bits", "ECDSA on P-256");
    refused(Csr.of(Csr.ec("secp384r1")), "EC of 384 bits", "ECDSA on P-256");
    refused(Csr.of(Csr.ec("secp521r1")), "EC of 521 bits");
  }

  @Test
  void aKeyThatTheSenderDoesNotHave() throws Exception {
    KeyPair mine = Csr.ec("secp256r1");
    KeyPair yours = Csr.ec("secp256r1");
    refused(Csr.of(yours, mine, "SHA256withECDSA"), "proof of possession");
    refused(Csr.of(mine, mine, "SHA1withECDSA"), "signed with", "SHA-256");
  }

  @Test
  void anotherIdentityIsRefusedAndOtherNamesAreNot() throws Exception {
    KeyPair keys = Csr.ec("secp256r1");
    SpiffeId reviews = SpiffeId.parse(REVIEWS);
    SigningRequest.read(Csr.of(keys, REVIEWS)).requireNoOther(reviews);
    SigningRequest.read(Csr.of(keys, "https://x.example")).requireNoOther(reviews);
    for (String other : new String[] {RATINGS, "spiffe://x", REVIEWS + "/", "spiffe:\u0001"}) {
      assertThatThrownBy(
              () -> SigningRequest.read(Csr.of(keys, REVIEWS, other)).requireNoOther(reviews))
          .isInstanceOfSatisfying(
              RefusedException.class,
              e -> {
                assertThat(e.kind()).isEqualTo(Kind.FORBIDDEN);
                assertThat(e.reason()).contains("expected: " + REVIEWS).matches("[\\x20-\\x7e]+");
              });
    }
  }

  @Test
  void whatIsNoRequestAtAll() throws Exception {
    refused("", "no PEM block");
    refused("x".repeat(20_000), "20000 characters");
    refused(Pem.write(LABEL, new byte[] {1, 2, 3}), "PKCS #10");
  }

  /** A bit may turn DER into BER that means the same; never into another key or name. */
  @Test
  void whatWasChangedOnTheWay() throws Exception {
    KeyPair keys = Csr.ec("secp256r1");
    byte[] der = Pem.read(Csr.of(keys, REVIEWS), LABEL);
    SigningRequest good = new SigningRequest(keys.getPublic(), List.of(REVIEWS));
    int refused = 0;
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      byte[] bad = der.clone();
      bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        SigningRequest read = SigningRequest.read(Pem.write(LABEL, bad));
        assertThat(read).as("seed %d", seed).isEqualTo(good);
      } catch (RefusedException e) {
        refused++;
        assertThat(e.reason()).as("seed %d", seed).doesNotContain("\n");
      }
    }
    assertThat(refused).as("seed %d", seed).isGreaterThan(1900);
  }
}
