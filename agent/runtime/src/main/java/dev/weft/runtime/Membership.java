package dev.weft.runtime;

import dev.weft.engine.FailMode;
import dev.weft.engine.wire.MeshWire;
import dev.weft.engine.wire.WireSettings;
import dev.weft.identity.CertificateLife;
import dev.weft.identity.CertificateStatus;
import dev.weft.identity.ControlTls;
import dev.weft.identity.MeshTls;
import dev.weft.identity.Signer;
import dev.weft.identity.TokenSource;
import dev.weft.xds.CallFailedException;
import dev.weft.xds.CertificateClient;
import dev.weft.xds.ChannelFactory;
import dev.weft.xds.ControlLog;
import dev.weft.xds.ControlSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a process with an identity has besides: a certificate and its life, the ends of TLS that
 * prove it, and TLS to the control service. The certificate is asked for at once, on a thread of
 * its own, while the rest of the agent is made.
 */
final class Membership {

  /** The longest that one attempt to reach the control service waits for the certificate. */
  private static final Duration CERTIFICATE_PATIENCE = Duration.ofSeconds(30);

  private final MeshTls tls = new MeshTls(InstantSource.system());
  private final TokenSource tokens;
  private final Log log;
  private final CertificateLife life;
  private final ChannelFactory channels;

  private Membership(Settings settings, Log log, ControlLog controlLog) {
    InetSocketAddress control = settings.get(Setting.CONTROL).orElseThrow();
    this.tokens = tokens(settings);
    ControlTls toControl = new ControlTls(tls, tokens, settings.get(Setting.ROOT).orElse(null));
    CertificateClient.Service service =
        new CertificateClient.Service(
            control.getHostString(),
            control.getPort(),
            "weft/" + Version.OF_AGENT,
            ControlSettings.Timing.USUAL);
    CertificateClient byCertificate =
        new CertificateClient(service, ChannelFactory.secured(toControl::secure), controlLog);
    CertificateClient byToken =
        new CertificateClient(
            service, ChannelFactory.secured(toControl::secureUnnamed), controlLog);
    this.log = log;
    this.channels = afterCertificate(toControl);
    this.life = new CertificateLife(tls, tokens, signer(byCertificate, byToken), surroundings(log));
  }

  private static TokenSource tokens(Settings settings) {
    Optional<String> given = settings.get(Setting.TOKEN);
    return given.isPresent()
        ? TokenSource.of(given.get(), settings.get(Setting.TRUST_DOMAIN))
        : TokenSource.file(
            settings.get(Setting.TOKEN_FILE).orElseThrow(), settings.get(Setting.TRUST_DOMAIN));
  }

  /** The decisions about connections, for which nothing has to be loaded or asked yet. */
  static MeshWire wire(Settings settings, Timer timer) {
    WireSettings own =
        new WireSettings(
            FailMode.valueOf(settings.get(Setting.FAIL_MODE).name()),
            settings.get(Setting.UNMESHED_PORTS),
            settings.get(Setting.OWN_TLS_PORTS),
            settings.get(Setting.SERVER_FIRST_PORTS),
            Egress.settings(settings),
            settings.get(Setting.PROBES));
    return new MeshWire(own, timer, System::nanoTime);
  }

  /** Begins to ask for a certificate, and returns at once. */
  static Membership begin(Settings settings, Log log, ControlLog controlLog) {
    Membership made = new Membership(settings, log, controlLog);
    made.life.start();
    return made;
  }

  /** A certificate that is not believed would spoil what the token says. */
  private static Signer signer(CertificateClient byCertificate, CertificateClient byToken) {
    return (request, token) -> {
      try {
        return token == null
            ? byCertificate.sign(request, null)
            : byToken.sign(request, token.text());
      } catch (CallFailedException e) {
        throw e.isFinal() ? new Signer.RefusedException(String.valueOf(e.getMessage())) : e;
      }
    };
  }

  private static CertificateLife.Surroundings surroundings(Log log) {
    ScheduledThreadPoolExecutor thread =
        new ScheduledThreadPoolExecutor(1, AgentThreads.own("identity"));
    return new CertificateLife.Surroundings(
        (delay, task) -> thread.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS),
        new SecureRandom(),
        new CertificateLife.Log() {
          @Override
          public void info(String line) {
            log.info(line);
          }

          @Override
          public void warn(String line) {
            log.warn(line);
          }
        });
  }

  /** Discovery and registration are the certificate's owner's: they wait for it. */
  private static ChannelFactory afterCertificate(ControlTls toControl) {
    ChannelFactory secured = ChannelFactory.secured(toControl::secure);
    return new ChannelFactory() {
      @Override
      public String scheme() {
        return secured.scheme();
      }

      @Override
      public Socket open(String host, int port, Duration timeout) throws IOException {
        toControl.awaitCertificate(CERTIFICATE_PATIENCE);
        return secured.open(host, port, timeout);
      }
    };
  }

  /** Believes these roots from now on. */
  void trust(List<X509Certificate> roots) {
    try {
      life.trust(roots);
    } catch (GeneralSecurityException e) {
      log.warn("the new roots cannot be used, those of before stay: " + e);
    }
  }

  MeshTls tls() {
    return tls;
  }

  /** To the control service, once there is a certificate. */
  ChannelFactory channels() {
    return channels;
  }

  CertificateStatus certificate() {
    return life.status();
  }

  /** The namespace that the token gives; null where it cannot be read, which its life tells. */
  @Nullable String namespace() {
    try {
      return tokens.read().subject().namespace();
    } catch (IOException e) {
      return null;
    }
  }
}
