package dev.weft.injector.webhook;

import dev.weft.injector.InjectionRules;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an injector is started with.
 *
 * @param rules of injection
 * @param names of what it uses in the cluster
 * @param listen where the API server asks, with TLS
 * @param monitoring where {@code /metrics} and {@code /ready} are served, without TLS; null:
 *     nowhere
 * @param certificate how long certificates hold, and settle
 */
public record InjectorSettings(
    InjectionRules rules,
    Names names,
    InetSocketAddress listen,
    @Nullable InetSocketAddress monitoring,
    Certificate certificate) {

  /**
   * @param namespace of its Service and its Secret
   * @param service through which the API server asks
   * @param secret that has the certificate
   * @param mutating the MutatingWebhookConfiguration
   * @param validating the ValidatingWebhookConfiguration; null: there is none
   */
  public record Names(
      String namespace,
      String service,
      String secret,
      String mutating,
      @Nullable String validating) {}

  /**
   * @param life of a certificate; at half of it a new one is made
   * @param settling how long a new one is believed before it is shown
   * @param every how often it is looked after
   */
  public record Certificate(Duration life, Duration settling, Duration every) {

    public static final Certificate DEFAULT =
        new Certificate(Duration.ofDays(30), Duration.ofSeconds(60), Duration.ofSeconds(5));

    private static final int LOOKS = 4;

    /** Looked after as often as usual, and several times while a new one settles. */
    public static Certificate of(Duration life, Duration settling) {
      Duration often = settling.dividedBy(LOOKS);
      return new Certificate(
          life, settling, often.compareTo(DEFAULT.every) < 0 ? often : DEFAULT.every);
    }
  }
}
