package dev.weft.control.ca;

import dev.weft.control.api.istio.v1.IstioCertificateServiceGrpc;
import dev.weft.control.ca.RefusedException.Kind;
import dev.weft.control.model.Principal;
import dev.weft.control.model.SpiffeId;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Lets in who proves who he is: by the client certificate of his connection, or by a token in
 * {@code authorization: Bearer …}: a join token, or his platform's. Whoever shows both is whom the
 * certificate says, and the token must not say otherwise; one that has expired since is passed
 * over. Everybody else is refused with UNAUTHENTICATED and the reason.
 *
 * <p>The connection's TLS has verified the chain; its time is looked at again for each call,
 * because a connection may outlive a certificate, and so is its root.
 */
public final class Doorman implements ServerInterceptor {

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final String BEARER = "Bearer ";
  private static final Context.Key<Entry> KEY = Context.key("weft.principal");

  /** For so long after it was issued, a certificate may be of somebody of whom others know more. */
  private static final Duration NEWS = Duration.ofMinutes(1);

  private final Authority authority;
  private final ClientTrust trust;
  private final List<Attestor> attestors;
  private final boolean onPlatform;
  private final Ledger ledger;
  private final Refusals refusals;
  private final InstantSource clock;

  Doorman(CertificateAuthority.Parts parts) {
    this.authority = parts.authority();
    this.trust = parts.trust();
    Attestor platform = parts.platform();
    this.onPlatform = platform != null;
    this.attestors = platform == null ? List.of(parts.tokens()) : List.of(platform, parts.tokens());
    this.ledger = parts.ledger();
    this.refusals = parts.refusals();
    this.clock = parts.clock();
  }

  /**
   * Who was let in.
   *
   * @param token what proved it, or was shown besides a certificate; null if none
   */
  record Entry(Principal principal, @Nullable Attested token) {}

  /** Who makes the current call; null on a port that nobody guards. */
  public static @Nullable Principal current() {
    Entry entry = KEY.get();
    return entry == null ? null : entry.principal;
  }

  static @Nullable Entry entry() {
    return KEY.get();
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    try {
      Entry entry =
          admit(
              call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION),
              bearer(headers, call.getMethodDescriptor().getServiceName()));
      return Contexts.interceptCall(Context.current().withValue(KEY, entry), call, headers, next);
    } catch (RefusedException e) {
      refusals.add(Peers.of(call.getAttributes()), e.reason());
      call.close(e.status(), new Metadata());
      return new ServerCall.Listener<>() {};
    }
  }

  /** What is shown besides a certificate, or instead of one. */
  private record Bearer(String token, boolean forCertificate) {}

  private Entry admit(@Nullable SSLSession session, @Nullable Bearer bearer)
      throws RefusedException {
    if (session == null) {
      throw refused("the connection is in plaintext (expected: TLS)");
    }
    X509Certificate[] chain = chain(session);
    X509Certificate certificate = chain == null ? null : chain[0];
    if (chain == null || certificate == null) {
      if (bearer == null) {
        throw refused("no client certificate and no token (expected: one of them)");
      }
      return byToken(attest(bearer));
    }
    SpiffeId id = Certificates.identity(certificate, authority.trustDomain());
    Instant end = certificate.getNotAfter().toInstant();
    Instant now = clock.instant();
    if (id.isControl()) {
      throw refused("client certificate: " + id + " (expected: a workload)");
    }
    Attested token = usable(bearer);
    if (now.isAfter(end)) {
      if (token != null && token.principal().id().equals(id)) {
        return byToken(token);
      }
      throw refused(
          "client certificate: expired at "
              + end
              + " (expected: later than "
              + now
              + "; connect anew with a newer one, or with a token)");
    }
    if (token != null && token.principal().id().equals(id)) {
      return byCertificate(id, chain, token);
    }
    trust.require(chain);
    return byCertificate(id, certificate, token);
  }

  /** The token alone does where the certificate's root has been retired since. */
  private Entry byCertificate(SpiffeId id, X509Certificate[] chain, Attested token)
      throws RefusedException {
    try {
      trust.require(chain);
    } catch (RefusedException e) {
      return byToken(token);
    }
    return byCertificate(id, chain[0], token);
  }

  private static Entry byToken(Attested token) {
    return new Entry(token.principal(), token);
  }

  private Entry byCertificate(SpiffeId id, X509Certificate certificate, @Nullable Attested token)
      throws RefusedException {
    if (token == null) {
      if (onPlatform && !hasJoined(id, certificate)) {
        return new Entry(Principal.placed(id), null);
      }
      return new Entry(new Principal(id, ledger.services(id)), null);
    }
    if (!token.principal().id().equals(id)) {
      throw new RefusedException(
          Kind.FORBIDDEN,
          "token: of " + token.principal().id() + " (expected: the certificate's " + id + ")");
    }
    if (token.grant() == null) {
      return byToken(token);
    }
    Set<String> services = new HashSet<>(token.principal().services());
    try {
      services.addAll(ledger.services(id));
    } catch (RefusedException e) {
      // The token is new to the ledger: it stands for itself.
      return byToken(token);
    }
    return new Entry(new Principal(id, services), token);
  }

  /** Whether it has joined by a join token, here or at another of those who share this state. */
  private boolean hasJoined(SpiffeId id, X509Certificate certificate) throws RefusedException {
    Instant issued = certificate.getNotBefore().toInstant().plus(Authority.CLOCK_SKEW);
    if (!ledger.hasGrants(id) && clock.instant().isBefore(issued.plus(NEWS))) {
      ledger.reread(); // whoever has let it in may have told it sooner than us
    }
    return ledger.hasGrants(id);
  }

  /** Null where there is none that can be used: the certificate must do then. */
  private @Nullable Attested usable(@Nullable Bearer bearer) {
    if (bearer == null) {
      return null;
    }
    try {
      return attest(bearer);
    } catch (RefusedException e) {
      return null;
    }
  }

  private Attested attest(Bearer bearer) throws RefusedException {
    for (Attestor attestor : attestors) {
      if (attestor.recognizes(bearer.token)) {
        Attested attested = attestor.attest(bearer.token, authority.trustDomain());
        if (attested.isLimited() && !bearer.forCertificate) {
          throw refused(
              "join token: good for "
                  + attested.uses()
                  + " certificates, and for nothing else (expected: the certificate)");
        }
        return attested;
      }
    }
    throw refused("a token of no known kind (expected: a join token)");
  }

  private static X509Certificate @Nullable [] chain(SSLSession session) {
    try {
      Certificate[] chain = session.getPeerCertificates();
      X509Certificate[] all =
          Arrays.stream(chain)
              .filter(X509Certificate.class::isInstance)
              .toArray(X509Certificate[]::new);
      return all.length > 0 && all.length == chain.length ? all : null;
    } catch (SSLPeerUnverifiedException e) {
      // It has shown none.
      return null;
    }
  }

  private static @Nullable Bearer bearer(Metadata headers, @Nullable String service)
      throws RefusedException {
    String value = headers.get(AUTHORIZATION);
    if (value == null) {
      return null;
    }
    if (!value.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      throw refused("authorization: another scheme (expected: Bearer <token>)");
    }
    return new Bearer(
        value.substring(BEARER.length()).strip(),
        IstioCertificateServiceGrpc.SERVICE_NAME.equals(service));
  }

  private static RefusedException refused(String why) {
    return new RefusedException(Kind.UNAUTHENTICATED, why);
  }
}
