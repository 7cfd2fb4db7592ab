package dev.weft.control.ca;

import dev.weft.control.api.istio.v1.IstioCertificateRequest;
import dev.weft.control.api.istio.v1.IstioCertificateResponse;
import dev.weft.control.api.istio.v1.IstioCertificateServiceGrpc.IstioCertificateServiceImplBase;
import dev.weft.control.ca.RefusedException.Kind;
import dev.weft.control.model.SpiffeId;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/**
 * {@code istio.v1.auth.IstioCertificateService}: signs the requests of those whom the {@link
 * Doorman} has let in. The name in the answer is the caller's, whatever the request asks for; one
 * that asks for another identity is refused.
 */
final class CertificateService extends IstioCertificateServiceImplBase {

  private static final System.Logger LOG = System.getLogger(CertificateService.class.getName());

  private static final int BURST = 200;
  private static final int PER_SECOND = 20;

  private final Authority authority;
  private final Ledger ledger;
  private final Refusals refusals;
  private final InstantSource clock;
  private final Duration life;
  private final AtomicLong issued = new AtomicLong();
  private final IssueLimit limit = new IssueLimit(BURST, PER_SECOND, System::nanoTime);

  CertificateService(CertificateAuthority.Parts parts, Duration life) {
    this.authority = parts.authority();
    this.ledger = parts.ledger();
    this.refusals = parts.refusals();
    this.clock = parts.clock();
    this.life = life;
  }

  /** How many since the start. */
  long issued() {
    return issued.get();
  }

  @Override
  public void createCertificate(
      IstioCertificateRequest request, StreamObserver<IstioCertificateResponse> responses) {
    Doorman.Entry entry = Doorman.entry();
    try {
      if (entry == null) {
        throw new RefusedException(
            Kind.UNAUTHENTICATED, "it is not known who asks (expected: the TLS port)");
      }
      responses.onNext(answer(request, entry));
      responses.onCompleted();
    } catch (RefusedException e) {
      String who = entry == null ? "?" : entry.principal().id().toString();
      refusals.add(who, e.reason());
      responses.onError(e.status().asRuntimeException());
    } catch (IOException e) {
      LOG.log(System.Logger.Level.ERROR, "no certificate could be issued", e);
      responses.onError(
          Status.UNAVAILABLE
              .withDescription("the control service cannot issue certificates; its log says why")
              .asRuntimeException());
    }
  }

  private IstioCertificateResponse answer(IstioCertificateRequest request, Doorman.Entry entry)
      throws RefusedException, IOException {
    SpiffeId id = entry.principal().id();
    limit.take(id);
    SigningRequest asked = SigningRequest.read(request.getCsr());
    asked.requireNoOther(id);
    if (entry.token() != null) {
      ledger.use(entry.token());
    } else if (entry.principal().isPlaced()) {
      throw new RefusedException(
          Kind.UNAUTHENTICATED,
          "client certificate: "
              + id
              + " shows it alone (expected: its platform's token, which tells whether it is still"
              + " there)");
    } else {
      ledger.renew(id);
    }
    Authority.Chain chain = authority.issue(id, asked.key(), life(request.getValidityDuration()));
    ledger.issued(
        id,
        new Issued(
            chain.leaf().getSerialNumber().toString(16),
            clock.instant(),
            chain.leaf().getNotAfter().toInstant()));
    issued.incrementAndGet();
    return IstioCertificateResponse.newBuilder().addAllCertChain(chain.pem()).build();
  }

  private Duration life(long seconds) {
    return seconds > 0 && seconds < life.toSeconds() ? Duration.ofSeconds(seconds) : life;
  }
}
