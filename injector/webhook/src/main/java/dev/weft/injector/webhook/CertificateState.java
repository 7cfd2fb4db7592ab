package dev.weft.injector.webhook;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How far the webhook's certificate is in its replacement, shared by all replicas: a new one is
 * believed everywhere for a while before anybody shows it, and the one before is believed for as
 * long as somebody may still show it. So no call is refused meanwhile.
 *
 * @param previous the authority of the certificate before the current one; null: there was none
 * @param current what is shown
 * @param next what will be shown; null: nothing
 * @param published since when the API server believes the next one; null: not known to
 */
record CertificateState(
    @JsonProperty("previous") @Nullable String previous,
    @JsonProperty("current") ServingCertificate current,
    @JsonProperty("next") @Nullable ServingCertificate next,
    @JsonProperty("published") @Nullable Long published) {

  static CertificateState first(ServingCertificate certificate) {
    return new CertificateState(null, certificate, null, null);
  }

  /** What the API server has to believe: PEM. */
  String bundle() {
    Set<String> authorities = new LinkedHashSet<>();
    authorities.add(current.authority());
    if (next != null) {
      authorities.add(next.authority());
    }
    if (previous != null) {
      authorities.add(previous);
    }
    return String.join("", authorities);
  }

  /** Whether it is time for a new one: half of the life is over. */
  boolean isDue(Instant now) throws IOException {
    X509Certificate parsed = current.parsed();
    Instant begin = parsed.getNotBefore().toInstant().plus(ServingCertificate.BEFORE);
    Duration life = Duration.between(begin, parsed.getNotAfter().toInstant());
    return next == null && !now.isBefore(begin.plus(life.dividedBy(2)));
  }

  boolean hasExpired(Instant now) throws IOException {
    return end().isBefore(now);
  }

  Instant end() throws IOException {
    return current.parsed().getNotAfter().toInstant();
  }

  CertificateState withNext(ServingCertificate certificate) {
    return new CertificateState(previous, current, certificate, null);
  }

  CertificateState publishedAt(Instant now) {
    return new CertificateState(previous, current, next, now.toEpochMilli());
  }

  /** Whether everybody believes the next one by now. */
  boolean isSettled(Instant now, Duration settling) {
    return next != null
        && published != null
        && now.toEpochMilli() - published >= settling.toMillis();
  }

  /** With the next one shown. */
  CertificateState promoted() {
    if (next == null) {
      throw new IllegalStateException("nothing to be shown next");
    }
    return new CertificateState(current.authority(), next, null, null);
  }
}
