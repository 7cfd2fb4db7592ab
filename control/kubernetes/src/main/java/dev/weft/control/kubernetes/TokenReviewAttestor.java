package dev.weft.control.kubernetes;

import dev.weft.control.ca.Attested;
import dev.weft.control.ca.Attestor;
import dev.weft.control.ca.RefusedException;
import dev.weft.control.ca.RefusedException.Kind;
import dev.weft.control.model.Principal;
import dev.weft.control.model.SpiffeId;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Believes of a service account's token what the API server says of it ({@code
 * authentication.k8s.io/v1 TokenReview}), at each use anew: that it is genuine, has not expired, is
 * for the mesh, and that the account and the pod to which it is bound are still there. While the
 * API server cannot be asked, nobody is believed.
 */
public final class TokenReviewAttestor implements Attestor, AutoCloseable {

  private static final System.Logger LOG = System.getLogger(TokenReviewAttestor.class.getName());

  /** Strangers may bring many tokens at once; the API server is not to suffer from that. */
  private static final int AT_ONCE = 16;

  private static final long TURN_SECONDS = 5;
  private static final int SHOWN = 120;

  private final KubernetesClient client;
  private final String audience;
  private final Semaphore turns = new Semaphore(AT_ONCE);

  /**
   * Asks a cluster.
   *
   * @param audience that tokens must be for; the API server's own would let tokens pass that were
   *     given away for other purposes
   */
  public static TokenReviewAttestor open(Cluster cluster, String audience) throws IOException {
    return new TokenReviewAttestor(cluster.forQuestions(), audience);
  }

  /**
   * @param client whose requests end within seconds; closed with this
   */
  TokenReviewAttestor(KubernetesClient client, String audience) {
    this.client = client;
    this.audience = audience;
  }

  @Override
  public boolean recognizes(String token) {
    return TokenForm.isServiceAccounts(token);
  }

  @Override
  public Attested attest(String token, String trustDomain) throws RefusedException {
    if (!TokenForm.isFor(token, audience)) {
      throw refused("it is for another audience (expected: " + audience + ")");
    }
    TokenReviewStatus status = review(token);
    if (status == null || !Boolean.TRUE.equals(status.getAuthenticated())) {
      throw refused(
          "the API server does not believe it"
              + (status == null || status.getError() == null ? "" : ": " + shown(status.getError()))
              + " (expected: one that has not expired, of an account and a pod that are there)");
    }
    // A server that knows nothing of audiences says none, and has not looked.
    if (!status.getAudiences().contains(audience)) {
      throw refused("the API server does not say that it is for " + audience);
    }
    return new Attested(Principal.placed(identity(status, trustDomain)), null);
  }

  private static SpiffeId identity(TokenReviewStatus status, String trustDomain)
      throws RefusedException {
    String user = status.getUser() == null ? "" : status.getUser().getUsername();
    try {
      SpiffeId id =
          ServiceAccountName.ofUser(user == null ? "" : user)
              .orElseThrow(() -> new IllegalArgumentException("no service account"))
              .identity(trustDomain);
      if (id.isControl()) {
        throw refused(id + " is the control service itself (expected: a workload)");
      }
      return id;
    } catch (IllegalArgumentException e) {
      throw refused(shown(String.valueOf(user)) + ": " + e.getMessage());
    }
  }

  private @Nullable TokenReviewStatus review(String token) throws RefusedException {
    TokenReview asked =
        new TokenReviewBuilder()
            .withNewSpec()
            .withToken(token)
            .withAudiences(List.of(audience))
            .endSpec()
            .build();
    try {
      if (!turns.tryAcquire(TURN_SECONDS, TimeUnit.SECONDS)) {
        throw unavailable("too many tokens are being reviewed");
      }
      try {
        return client.tokenReviews().create(asked).getStatus();
      } finally {
        turns.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable("stopped");
    } catch (KubernetesClientException e) {
      // The message may have the request in it, and that the token.
      String why =
          e.getCode() > 0
              ? "HTTP " + e.getCode() + (e.getCode() == 403 ? ", no right to review tokens" : "")
              : "no answer";
      LOG.log(System.Logger.Level.WARNING, "TokenReview: {0}; nobody joins meanwhile", why);
      throw unavailable("the API server cannot be asked: " + why);
    }
  }

  @Override
  public void close() {
    client.close();
  }

  private static String shown(String text) {
    String cut = text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
    return '"' + cut.replaceAll("[^\\x20-\\x7e…]", "?") + '"';
  }

  private static RefusedException unavailable(String why) {
    return new RefusedException(Kind.UNAVAILABLE, "service account token: " + why);
  }

  private static RefusedException refused(String why) {
    return new RefusedException(Kind.UNAUTHENTICATED, "service account token: " + why);
  }
}
